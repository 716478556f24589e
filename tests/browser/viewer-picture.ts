/** What a picture shows, read from its pixels. */
export interface PictureFacts {
	width: number;
	height: number;
	/** Different colors, at 5 bits per channel. */
	colors: number;
	/** Share of pixels that are strongly colored (the product, not ground or shadow), 0 to 1. */
	coverage: number;
	/** Box of those pixels, in shares of the picture. */
	box: { left: number; top: number; right: number; bottom: number };
	/** Share of pixels that are mostly red, green, blue. */
	red: number;
	green: number;
	blue: number;
	data: Uint8ClampedArray;
}

export async function readPicture(blob: Blob): Promise<PictureFacts> {
	const bitmap = await createImageBitmap(blob);
	const { width, height } = bitmap;
	const context = new OffscreenCanvas(width, height).getContext('2d');
	if (!context) throw new Error('no 2D canvas');
	context.drawImage(bitmap, 0, 0);
	bitmap.close();
	const { data } = context.getImageData(0, 0, width, height);
	const colors = new Set<number>();
	const box = { left: 1, top: 1, right: 0, bottom: 0 };
	const count = { covered: 0, red: 0, green: 0, blue: 0 };
	for (let i = 0; i < width * height; i++) {
		const [r = 0, g = 0, b = 0] = data.subarray(i * 4, i * 4 + 3);
		colors.add(((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3));
		if (Math.max(r, g, b) - Math.min(r, g, b) < 60) continue;
		count.covered++;
		const x = (i % width) / width;
		const y = Math.floor(i / width) / height;
		box.left = Math.min(box.left, x);
		box.right = Math.max(box.right, x);
		box.top = Math.min(box.top, y);
		box.bottom = Math.max(box.bottom, y);
		if (r > 1.5 * g && r > 1.5 * b) count.red++;
		if (g > 1.5 * r && g > 1.5 * b) count.green++;
		if (b > 1.5 * r && b > 1.5 * g) count.blue++;
	}
	const share = (n: number) => n / (width * height);
	return {
		width,
		height,
		colors: colors.size,
		coverage: share(count.covered),
		box,
		red: share(count.red),
		green: share(count.green),
		blue: share(count.blue),
		data
	};
}

/** Mean difference of two pictures of one size, 0 to 255. */
export function difference(a: PictureFacts, b: PictureFacts): number {
	let sum = 0;
	for (let i = 0; i < a.data.length; i++) sum += Math.abs((a.data[i] ?? 0) - (b.data[i] ?? 0));
	return sum / a.data.length;
}
