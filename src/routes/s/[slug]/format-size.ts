/** Metres; null where the owner did not say. */
export interface ProductSize {
	width_m: number | null;
	height_m: number | null;
	depth_m: number | null;
}

export interface SizeText {
	/** "18 × 24.5 × 9 cm" */
	metric: string;
	/** "7.1 × 9.6 × 3.5 in" */
	imperial: string;
	/** For screen readers: "Width 18 cm, height 24.5 cm, depth 9 cm". */
	spoken: string;
}

const CM_PER_M = 100;
const INCHES_PER_M = 1 / 0.0254;

/** A product's size in centimetres and inches, width × height × depth. Null when no measure is known. */
export function formatSize(size: ProductSize): SizeText | null {
	const known = [
		{ name: 'width', m: size.width_m },
		{ name: 'height', m: size.height_m },
		{ name: 'depth', m: size.depth_m }
	].flatMap(({ name, m }) => (m === null ? [] : [{ name, m }]));
	if (known.length === 0) return null;
	const row = (scale: number, unit: string) =>
		`${known.map(({ m }) => short(m * scale)).join(' × ')} ${unit}`;
	const spoken = known.map(({ name, m }) => `${name} ${short(m * CM_PER_M)} cm`).join(', ');
	return {
		metric: row(CM_PER_M, 'cm'),
		imperial: row(INCHES_PER_M, 'in'),
		spoken: spoken.charAt(0).toUpperCase() + spoken.slice(1)
	};
}

/** One digit after the point below a hundred, none from there. */
function short(value: number): string {
	return value >= 100 ? value.toFixed(0) : String(Number(value.toFixed(1)));
}
