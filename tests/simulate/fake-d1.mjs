/** D1 over SQLite in memory: the same SQL, a fault at every call. */
import { DatabaseSync } from 'node:sqlite';

export class FakeD1 {
	/** @param migrations SQL of all tables */
	constructor(migrations) {
		this.sqlite = new DatabaseSync(':memory:');
		this.sqlite.exec('pragma foreign_keys = on');
		for (const sql of migrations) this.sqlite.exec(sql);
		this.cache = new Map();
		const tables = this.rows(
			"select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
		);
		this.empty = `pragma foreign_keys = off; ${tables.map(({ name }) => `delete from ${name};`).join(' ')} pragma foreign_keys = on;`;
	}

	/** An empty database for the next world: making a new one, with all its statements, takes longer. */
	begin(faults) {
		this.sqlite.exec(this.empty);
		this.faults = faults;
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

	compiled(sql, arrays = false) {
		const key = arrays ? `[${sql}` : sql;
		let statement = this.cache.get(key);
		if (!statement) {
			statement = this.sqlite.prepare(sql);
			statement.setReturnArrays(arrays);
			this.cache.set(key, statement);
		}
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
			return this.d1.compiled(this.sql, true).all(...this.values);
		});
	}

	async first(column) {
		const [row] = (await this.run()).results;
		return row === undefined ? null : column ? row[column] : row;
	}
}
