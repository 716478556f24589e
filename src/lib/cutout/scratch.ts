/** Where planes come from. They are zero. */
export interface Room {
	floats: (length: number) => Float32Array<ArrayBuffer>;
	bytes: (length: number) => Uint8Array<ArrayBuffer>;
}

/** Memory of its own for each plane. */
export const FRESH: Room = {
	floats: (length) => new Float32Array(length),
	bytes: (length) => new Uint8Array(length)
};

/** A plane of 1024 x 1024 floats has 4 MB. */
const BLOCK = 16 << 20;

/**
 * Memory that is used again: for each photo of a batch planes are laid one behind the other in the same blocks. The system maps
 * fresh memory page by page when it is first written, which took 4 to 30 ms for a plane of 1024 x 1024 floats, a second write 1 ms.
 */
export class Scratch implements Room {
	readonly #blocks: ArrayBuffer[] = [];
	#block = 0;
	#used = 0;

	floats(length: number): Float32Array<ArrayBuffer> {
		return new Float32Array(...this.#take(4 * length), length).fill(0);
	}

	bytes(length: number): Uint8Array<ArrayBuffer> {
		return new Uint8Array(...this.#take(length), length).fill(0);
	}

	/** What was handed out is void from here on. */
	clear(): void {
		this.#block = 0;
		this.#used = 0;
	}

	/** A block with that much room left, and where. */
	#take(bytes: number): [ArrayBuffer, number] {
		let block = this.#blocks[this.#block];
		while (block && this.#used + bytes > block.byteLength) {
			this.#used = 0;
			block = this.#blocks[++this.#block];
		}
		block ??= this.#blocks[this.#block] = new ArrayBuffer(Math.max(BLOCK, bytes));
		const at = this.#used;
		// Floats begin at multiples of their size; cache lines have 64 bytes.
		this.#used = Math.ceil((at + bytes) / 64) * 64;
		return [block, at];
	}
}
