/** R2 in memory, a fault at every call. */
export class FakeBucket {
	objects = new Map();

	constructor(faults) {
		this.faults = faults;
	}

	put(key, body) {
		return this.faults.around(async () => {
			const bytes = new Uint8Array(await new Response(body).arrayBuffer());
			this.objects.set(key, bytes);
		});
	}

	get(key) {
		return this.faults.around(() => {
			const bytes = this.objects.get(key);
			return bytes ? { body: new Response(bytes).body } : null;
		});
	}

	head(key) {
		return this.faults.around(() => {
			const bytes = this.objects.get(key);
			return bytes ? { size: bytes.length } : null;
		});
	}

	delete(keys) {
		return this.faults.around(() => {
			for (const key of [keys].flat()) this.objects.delete(key);
		});
	}
}
