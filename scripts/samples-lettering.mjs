// What is printed on the bottle's label: a branch, the word OLIVA, two lines. Drawn as distances, so that no font is needed.

const segment = (x, y, ax, ay, bx, by) => {
	const dx = bx - ax;
	const dy = by - ay;
	const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
	return Math.hypot(x - ax - dx * t, y - ay - dy * t);
};

const STROKE = 0.085;
const H = 0.62;
const GLYPHS = [
	(x, y) => Math.abs(Math.hypot(x * 1.08, y) - H),
	(x, y) => Math.min(segment(x, y, -0.3, -H, -0.3, H), segment(x, y, -0.3, -H, 0.36, -H)),
	(x, y) => segment(x, y, 0, -H, 0, H),
	(x, y) => Math.min(segment(x, y, -0.48, H, 0, -H), segment(x, y, 0.48, H, 0, -H)),
	(x, y) =>
		Math.min(
			segment(x, y, -0.48, -H, 0, H),
			segment(x, y, 0.48, -H, 0, H),
			segment(x, y, -0.27, -0.2, 0.27, -0.2)
		)
];
const OFFSETS = [-2.12, -0.92, -0.12, 0.72, 1.95];

/** An almond shape at (cx, cy), turned by `angle`. */
const leaf = (x, y, cx, cy, angle, length) => {
	const c = Math.cos(angle);
	const s = Math.sin(angle);
	const u = (x - cx) * c + (y - cy) * s;
	const v = -(x - cx) * s + (y - cy) * c;
	const bend = (length * length - 0.16 * length * length) / (2 * 0.4 * length);
	return Math.hypot(u, Math.abs(v) + bend) - Math.hypot(length, bend);
};

/** Distance to the print at label coordinates u (right) and v (up) in centimetres; negative inside. */
export function letters(u, v) {
	let d = Infinity;
	if (v > -1.9 && v < 0.2) {
		GLYPHS.forEach((glyph, i) => {
			d = Math.min(d, glyph(u - OFFSETS[i], v + 0.75) - STROKE);
		});
	}
	if (v > 0.3) {
		d = Math.min(d, segment(u, v, -1.3, 1.1, 1.35, 2.9) - 0.045);
		for (let i = 0; i < 4; i++) {
			const t = 0.18 + i * 0.24;
			const cx = -1.3 + 2.65 * t;
			const cy = 1.1 + 1.8 * t;
			d = Math.min(
				d,
				leaf(u, v, cx - 0.22, cy + 0.52, 1.5, 0.5),
				leaf(u, v, cx + 0.5, cy - 0.1, -0.28, 0.5)
			);
		}
	}
	if (v < -1.9) {
		d = Math.min(d, segment(u, v, -2.1, -2.35, 2.1, -2.35) - 0.03);
		d = Math.min(d, segment(u, v, -1.35, -2.85, 1.35, -2.85) - 0.07);
		d = Math.min(d, segment(u, v, -0.75, -3.3, 0.75, -3.3) - 0.07);
	}
	return d;
}
