import type { Size } from '../../artifacts';
import type { FileFacts } from './inspect-file';
import type { Limits } from './profiles';

export const RULES = [
	'max_bytes',
	'advised_bytes',
	'max_triangles',
	'advised_triangles',
	'max_vertices',
	'max_texture_side',
	'texture_types',
	'max_draw_calls',
	'max_materials',
	'max_uv_sets',
	'plain',
	'real_size',
	'size_known',
	'dimensions',
	'packed',
	'motion'
] as const;
export type RuleName = (typeof RULES)[number];

/** `fixed`: the source broke the rule, the file keeps it. `advice`: broken, but the place takes it all the same. */
export type Outcome = 'pass' | 'fixed' | 'advice' | 'fail';

export interface RuleResult {
	rule: RuleName;
	outcome: Outcome;
	/** What is allowed; null where a word says it all. */
	allowed: number | string | null;
	/** What the source had. */
	before: number | string | null;
	/** What the file has. */
	after: number | string | null;
}

interface Rule {
	/** What the limits allow; null where they say nothing. */
	allowed: (limits: Limits, facts: FileFacts, source: FileFacts) => number | string | null;
	has: (facts: FileFacts) => number | string | null;
	keeps: (facts: FileFacts, limits: Limits, product: Partial<Size>) => boolean;
	/** Broken, it is advice. */
	advice?: true;
}

/** How far from the origin or its size a file may be and still stand there, as a share of its longest side. */
const EXACT = 0.001;
/** How far a model's proportions may be from its listing's. Ours: no place names a number. */
const DIMENSIONS = 0.05;

const atMost = (
	key:
		| 'max_bytes'
		| 'advised_bytes'
		| 'max_triangles'
		| 'advised_triangles'
		| 'max_vertices'
		| 'max_texture_side'
		| 'max_draw_calls'
		| 'max_materials'
		| 'max_uv_sets',
	has: (facts: FileFacts) => number
): Rule => ({
	allowed: (limits) => limits[key] ?? null,
	has,
	keeps: (facts, limits) => has(facts) <= (limits[key] ?? Infinity)
});

const TABLE: Record<RuleName, Rule> = {
	max_bytes: atMost('max_bytes', ({ bytes }) => bytes),
	advised_bytes: { ...atMost('advised_bytes', ({ bytes }) => bytes), advice: true },
	max_triangles: atMost('max_triangles', ({ triangles }) => triangles),
	advised_triangles: {
		...atMost('advised_triangles', ({ triangles }) => triangles),
		advice: true
	},
	max_vertices: atMost('max_vertices', ({ vertices }) => vertices),
	max_texture_side: atMost('max_texture_side', ({ texture_side }) => texture_side),
	max_draw_calls: atMost('max_draw_calls', ({ draw_calls }) => draw_calls),
	max_materials: atMost('max_materials', ({ materials }) => materials),
	max_uv_sets: atMost('max_uv_sets', ({ uv_sets }) => uv_sets),
	texture_types: {
		allowed: ({ texture_types }) => (texture_types ? names(texture_types) : null),
		has: ({ texture_types }) => names(texture_types),
		keeps: (facts, { texture_types }) =>
			facts.texture_types.every((type) => texture_types?.includes(type) ?? true)
	},
	plain: {
		allowed: ({ plain }, { packed }) => (plain && packed === null ? '' : null),
		has: ({ extensions }) => extensions.join(', '),
		keeps: ({ extensions }) => extensions.length === 0
	},
	real_size: {
		allowed: ({ real_size }) => (real_size ? '' : null),
		has: extents,
		keeps: (facts, _, product) => isPlaced(facts) && isSized(facts, product)
	},
	size_known: {
		allowed: ({ real_size }) => (real_size ? '' : null),
		has: () => null,
		keeps: (_facts, _limits, { width_m, height_m, depth_m }) =>
			(width_m ?? height_m ?? depth_m) !== undefined,
		advice: true
	},
	dimensions: {
		allowed: ({ dimensions }) => (dimensions ? '' : null),
		has: extents,
		keeps: (facts, _, product) => isLikeListing(facts, product)
	},
	packed: {
		allowed: (_, { packed }) => (packed === null ? null : ''),
		has: () => null,
		keeps: ({ packed }) => packed === true
	},
	motion: {
		allowed: (_limits, _facts, source) => (source.motion.length > 0 ? '' : null),
		has: ({ motion }) => motion.join(', '),
		keeps: ({ motion }) => motion.length > 0,
		advice: true
	}
};

/**
 * Holds a file against what a place takes.
 *
 * @param product what is known of the product's real size, metres
 */
export function checkRules(
	file: FileFacts,
	source: FileFacts,
	limits: Limits,
	product: Partial<Size>
): RuleResult[] {
	return RULES.flatMap((rule): RuleResult[] => {
		const { allowed, has, keeps, advice } = TABLE[rule];
		const limit = allowed(limits, file, source);
		if (limit === null) return [];
		const kept = keeps(file, limits, product);
		const kept_before = keeps(source, limits, product);
		const outcome: Outcome = kept ? (kept_before ? 'pass' : 'fixed') : advice ? 'advice' : 'fail';
		return [{ rule, outcome, allowed: limit, before: has(source), after: has(file) }];
	});
}

/** The worst of a file's outcomes. */
export function verdictOf(results: readonly RuleResult[]): Outcome {
	const order = ['fail', 'advice', 'fixed', 'pass'] as const;
	return order.find((outcome) => results.some((one) => one.outcome === outcome)) ?? 'pass';
}

const names = (types: readonly string[]) =>
	types.map((type) => type.replace('image/', '').toUpperCase()).join(', ');

function sides({ min, max }: Pick<FileFacts, 'min' | 'max'>): [number, number, number] {
	return [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
}

/** Centimetres, as people write them. */
function extents(facts: FileFacts): string {
	return `${sides(facts)
		.map((metres) => Number((metres * 100).toPrecision(4)))
		.join(' × ')} cm`;
}

/** On the ground, in the middle. */
function isPlaced({ min, max }: Pick<FileFacts, 'min' | 'max'>): boolean {
	const slack = Math.max(...sides({ min, max })) * EXACT;
	return (
		Math.abs(min[1]) <= slack &&
		Math.abs(min[0] + max[0]) / 2 <= slack &&
		Math.abs(min[2] + max[2]) / 2 <= slack
	);
}

/** As large as the product: by what sets the scale, see `placeSurface`. Nothing known: there is nothing to break. */
function isSized(facts: FileFacts, { width_m, height_m, depth_m }: Partial<Size>): boolean {
	const [x, y, z] = sides(facts);
	if (height_m !== undefined) return near(y, height_m, EXACT);
	if (width_m !== undefined) return near(x, width_m, EXACT);
	return depth_m === undefined || near(z, depth_m, EXACT);
}

/** Every known length, and at least one. */
function isLikeListing(facts: FileFacts, product: Partial<Size>): boolean {
	const [x, y, z] = sides(facts);
	const known = [
		[x, product.width_m],
		[y, product.height_m],
		[z, product.depth_m]
	] as const;
	const given = known.filter(([, wanted]) => wanted !== undefined);
	return given.length > 0 && given.every(([is, wanted]) => near(is, wanted ?? 0, DIMENSIONS));
}

const near = (is: number, wanted: number, share: number) => Math.abs(is - wanted) <= wanted * share;
