import type { View } from '$lib/cutout/edit/messages';

export type BackdropKind = 'checker' | 'black' | 'white' | 'brand';
export const BACKDROPS: readonly BackdropKind[] = ['checker', 'white', 'black', 'brand'];

/** Where this browser remembers the brand color. */
const KEY = 'vitrine.brand_color';
const DEFAULT_BRAND = '#e4572e';
/** Side of the checker's squares, CSS pixels. */
const CELL = 10;
/** How much of the removed parts shines through while parts are brought back. */
const GHOST = 0.3;

/** What the cut-out is looked at on. */
export class Preview {
	kind = $state<BackdropKind>('checker');
	#brand = $state(recall());
	/** Whether removed parts shine through while a tool is in hand that brings them back. */
	ghost = $state(true);
	/** Part of the width that shows the photo, percent. */
	split = $state(0);

	/** Six hexadecimal digits after a #. */
	get brand() {
		return this.#brand;
	}
	set brand(color: string) {
		if (!/^#[0-9a-f]{6}$/i.test(color)) return;
		this.#brand = color;
		try {
			localStorage.setItem(KEY, color);
		} catch {
			// A browser that refuses its storage forgets the color; nothing else is lost.
		}
	}

	/** @param brings_back whether the tool in hand does. @param dark the page's color scheme */
	look(
		canvas: Pick<View, 'width'>,
		density: number,
		brings_back: boolean,
		dark: boolean
	): Pick<View, 'backdrop' | 'split' | 'ghost'> {
		const [even, odd] = {
			checker: dark ? (['#2a2d2e', '#1f2223'] as const) : (['#e3e0da', '#ffffff'] as const),
			white: ['#ffffff', '#ffffff'] as const,
			black: ['#000000', '#000000'] as const,
			brand: [this.#brand, this.#brand] as const
		}[this.kind];
		return {
			backdrop: { even: bytes(even), odd: bytes(odd), cell: Math.max(1, CELL * density) },
			split: (this.split / 100) * canvas.width,
			ghost: this.ghost && brings_back ? GHOST : 0
		};
	}
}

function bytes(color: string): [number, number, number] {
	const value = Number.parseInt(color.slice(1), 16);
	return [value >> 16, (value >> 8) & 255, value & 255];
}

function recall(): string {
	try {
		const kept = localStorage.getItem(KEY);
		return kept && /^#[0-9a-f]{6}$/i.test(kept) ? kept : DEFAULT_BRAND;
	} catch {
		return DEFAULT_BRAND;
	}
}
