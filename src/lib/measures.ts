/** How measures are written for people. */
import type { Size } from './artifacts';

/** "24 × 31.5 × 24 cm": width, height, depth. */
export function inCentimetres({ width_m, height_m, depth_m }: Size): string {
	const number = (metres: number) =>
		(metres * 100).toLocaleString('en', { maximumFractionDigits: 1 });
	return `${number(width_m)} × ${number(height_m)} × ${number(depth_m)} cm`;
}

/** "940 KB", "3.1 MB". */
export function inMegabytes(bytes: number): string {
	if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3)).toLocaleString('en')} KB`;
	return `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;
}
