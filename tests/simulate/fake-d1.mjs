/** D1 over SQLite in memory: the same SQL, a fault at every call. */
import { DatabaseSync } from 'node:sqlite';

export class FakeD1 {
	constructor(migrations, faults) {
		this.sqlite = new DatabaseSync(':memory:');
		this.sqlite.exec('pragma foreign_keys = on');
		for (const sql of migrations) this.sqlite.exec(sql);
		this.faults = faults;
		this.cache = new Map();
	}

	prepare(sql) {
		return new Statement(this, sql, []);
	}

	batch(statements) {
		return this.faults.around(() => {
			this.sqlite.exec('begin immediate');
			try {
				const results = statements.map((statement) => statement.now());
				this.sqlite.exec('commit');
				return results;
			} catch (error) {
				this.sqlite.exec('rollback');
				throw error;
			}
		});
	}

	/** Without faults: for the simulation itself. */
	rows(sql, ...values) {
		return this.compiled(sql).all(...values);
	}

	compiled(sql) {
		let statement = this.cache.get(sql);
		if (!statement) this.cache.set(sql, (statement = this.sqlite.prepare(sql)));
		return statement;
	}
}

class Statement {
	constructor(d1, sql, values) {
		this.d1 = d1;
		this.sql = sql;
		this.values = values;
	}

	bind(...values) {
		const plain = values.map((value) => (typeof value === 'boolean' ? Number(value) : value));
		return new Statement(this.d1, this.sql, plain);
	}

	now() {
		const statement = this.d1.compiled(this.sql);
		if (statement.columns().length > 0) {
			const results = statement.all(...this.values).map((row) => ({ ...row }));
			return { success: true, results, meta: { changes: results.length } };
		}
		const { changes } = statement.run(...this.values);
		return { success: true, results: [], meta: { changes: Number(changes) } };
	}

	run() {
		return this.d1.faults.around(() => this.now());
	}

	all() {
		return this.run();
	}

	raw() {
		return this.d1.faults.around(() => {
			const { sqlite } = this.d1;
			const statement = sqlite.prepare(this.sql);
			statement.setReturnArrays(true);
			return statement.all(...this.values);
		});
	}

	async first(column) {
		const [row] = (await this.run()).results;
		return row === undefined ? null : column ? row[column] : row;
	}
}
