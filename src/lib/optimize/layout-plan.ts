import type { Look, TextureUse } from './appearance';

/** Which parts of a model are laid out and painted anew, and which stay beside them as they are. */
export interface LayoutPlan {
	/** Numbers of the parts that stay, in order: they become the first parts of what is made. */
	kept: number[];
	/** Numbers of the parts that are painted, by the material they get: each group becomes one part. */
	painted: number[][];
}

/**
 * Plans a fresh layout: what has textures gets it, and what has none only where nothing has, since it has no seam to lose.
 * Plain opaque materials become one; any other keeps its finish (coat, sheen, alpha), and so stays one of its own.
 */
export function planLayout(looks: Look[]): LayoutPlan {
	const parts = looks.map((_, part) => part);
	const able = parts.filter((part) => looks[part]!.keeps_layout === null);
	const textured = able.filter((part) => isTextured(looks[part]!));
	const painted = textured.length > 0 ? textured : able;
	const plain = painted.filter((part) => looks[part]!.plain);
	const others = painted.filter((part) => !looks[part]!.plain).map((part) => [part]);
	return {
		kept: parts.filter((part) => !painted.includes(part)),
		painted: plain.length > 0 ? [plain, ...others] : others
	};
}

/** A plan that paints everything onto one texture, for places that take one material. */
export function planOneLayout(looks: Look[]): LayoutPlan {
	return { kept: [], painted: [looks.map((_, part) => part)] };
}

function isTextured(look: Look): boolean {
	return texturesOf(look).length > 0 || look.color_offset >= 0;
}

/** The textures that a look reads. */
export function texturesOf(look: Look): TextureUse[] {
	const { base, metal_rough, occlusion, emissive, normal } = look;
	return [base, metal_rough, occlusion, emissive, normal].filter((use) => use !== null);
}
