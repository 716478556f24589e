import type { Document, Material, Node, Primitive, Texture } from '@gltf-transform/core';
import { StageError } from '../artifacts';
import { createGlbIo, shownScene } from './glb-io';
import { standStill } from './rest-pose';
import { tuple, usdMaterial } from './usd-material';
import { zipAligned } from './zip-aligned';

export const USDZ_TYPE = 'model/vnd.usdz+zip';

/** What Quick Look draws: JPEG and PNG. */
const EXTENSIONS: Record<string, string> = { 'image/jpeg': 'jpg', 'image/png': 'png' };
const ROOT = '/Root';
/** Where a point may stand, as a share of the model's longest side. */
const FINEST = 1 / 30_000;
/** A thousandth turns a direction by 0.06 degrees at most. */
const NORMAL_DIGITS = 3;
/** Colors are linear: dark ones of sRGB's 256 are 0.0003 apart. */
const COLOR_DIGITS = 4;

/**
 * Writes a plain GLB (no required extensions, JPEG and PNG textures) as USDZ for Apple's AR Quick Look: one USD text
 * layer in metres, y up, standing on the ground, with the textures as they are. Our own writer: three's exporter needs
 * a GPU, turns JPEG textures into PNG three times their size, and loses double-sided surfaces. What moves stands in its rest
 * pose.
 *
 * @throws StageError `model_corrupt`, `model_empty`
 */
export async function writeUsdz({ glb }: { glb: Blob }): Promise<Blob> {
	const io = await createGlbIo();
	let document: Document;
	try {
		document = await io.readBinary(new Uint8Array(await glb.arrayBuffer()));
		standStill(document);
	} catch (error) {
		throw new StageError('model_corrupt', { what: String(error).slice(0, 200) }, { cause: error });
	}
	const textures = document.getRoot().listTextures();
	const fileOf = (texture: Texture) =>
		`textures/${textures.indexOf(texture)}.${EXTENSIONS[texture.getMimeType()] ?? 'png'}`;
	const usable = textures.filter((texture) => texture.getMimeType() in EXTENSIONS);
	const layer = new TextEncoder().encode(writeLayer(document, fileOf));
	const files = [
		// The first file is the one that is shown.
		{ name: 'model.usda', bytes: layer },
		...usable.map((texture) => ({
			name: fileOf(texture),
			bytes: texture.getImage() ?? new Uint8Array()
		}))
	];
	return new Blob([new Uint8Array(zipAligned(files))], { type: USDZ_TYPE });
}

function writeLayer(document: Document, fileOf: (texture: Texture) => string): string {
	const materials = document.getRoot().listMaterials();
	const meshes: string[] = [];
	const colored = new Set<Material | null>();
	shownScene(document)?.traverse((node) => {
		for (const primitive of node.getMesh()?.listPrimitives() ?? []) {
			const material = primitive.getMaterial();
			const bound = material ? `${ROOT}/Materials/Material_${materials.indexOf(material)}` : null;
			const mesh = writeMesh(node, primitive, `Mesh_${meshes.length}`, bound);
			if (mesh) meshes.push(mesh);
			if (colorsOf(primitive)) colored.add(material);
		}
	});
	if (meshes.length === 0) throw new StageError('model_empty');
	const surfaces = materials.map((material, i) =>
		usdMaterial(material, `${ROOT}/Materials/Material_${i}`, fileOf, colored.has(material))
	);
	return `#usda 1.0
(
	customLayerData = {
		string creator = "Vitrine"
	}
	defaultPrim = "Root"
	metersPerUnit = 1
	upAxis = "Y"
)

def Xform "Root" (
	kind = "component"
)
{
	token preliminary:anchoring:type = "plane"
	token preliminary:planeAnchoring:alignment = "horizontal"
${meshes.join('\n')}
def Scope "Materials" {${surfaces.join('')}
}
}
`;
}

/** One surface, its points where they stand in the scene; null for what is not made of triangles. */
function writeMesh(
	node: Node,
	primitive: Primitive,
	name: string,
	material: string | null
): string | null {
	const position = primitive.getAttribute('POSITION');
	if (!position || primitive.getMode() !== 4) return null;
	const matrix = node.getWorldMatrix();
	const points: number[][] = [];
	const at: number[] = [];
	for (let i = 0; i < position.getCount(); i++) {
		points.push(transform(matrix, position.getElement(i, at), 1));
	}
	const corners = [...(primitive.getIndices()?.getArray() ?? points.keys())];
	if (isMirrored(matrix)) flip(corners);
	const normal = primitive.getAttribute('NORMAL');
	const normals =
		normal && points.map((_, i) => unit(transform(matrix, normal.getElement(i, at), 0)));
	const uv = primitive.getAttribute('TEXCOORD_0');
	// USD counts pictures' rows from below.
	const places = uv && points.map((_, i) => [uv.getElement(i, at)[0] ?? 0, 1 - (at[1] ?? 0)]);
	const colors = colorsOf(primitive);
	const low = [0, 1, 2].map((axis) =>
		points.reduce((least, p) => Math.min(least, p[axis] ?? 0), Infinity)
	);
	const high = [0, 1, 2].map((axis) =>
		points.reduce((most, p) => Math.max(most, p[axis] ?? 0), -Infinity)
	);
	// Ten micrometres suit a chair, not a ring: fine enough for each.
	const longest = Math.max(...[0, 1, 2].map((axis) => (high[axis] ?? 0) - (low[axis] ?? 0)));
	const digits = Math.min(9, Math.max(5, Math.ceil(-Math.log10(longest * FINEST))));
	const double_sided = primitive.getMaterial()?.getDoubleSided() ?? false;
	return `	def Mesh "${name}" (
		prepend apiSchemas = ["MaterialBindingAPI"]
	)
	{
		uniform bool doubleSided = ${double_sided ? 1 : 0}
		uniform token subdivisionScheme = "none"
		float3[] extent = [${tuple(low, digits)}, ${tuple(high, digits)}]
		int[] faceVertexCounts = [${new Array(corners.length / 3).fill(3).join(', ')}]
		int[] faceVertexIndices = [${corners.join(', ')}]
		point3f[] points = [${points.map((point) => tuple(point, digits)).join(', ')}]${
			normals
				? `\n\t\tnormal3f[] normals = [${normals.map((normal) => tuple(normal, NORMAL_DIGITS)).join(', ')}] (\n\t\t\tinterpolation = "vertex"\n\t\t)`
				: ''
		}${
			places
				? `\n\t\ttexCoord2f[] primvars:st = [${places.map((place) => tuple(place)).join(', ')}] (\n\t\t\tinterpolation = "vertex"\n\t\t)`
				: ''
		}${
			colors
				? `\n\t\tcolor3f[] primvars:displayColor = [${colors.map((color) => tuple(color, COLOR_DIGITS)).join(', ')}] (\n\t\t\tinterpolation = "vertex"\n\t\t)`
				: ''
		}${material ? `\n\t\trel material:binding = <${material}>` : ''}
	}`;
}

/**
 * The colors of its vertices with its material's factor, linear as glTF's are; null without, and beside a color texture,
 * which USD's preview surface cannot multiply them with.
 */
function colorsOf(primitive: Primitive): number[][] | null {
	const color = primitive.getAttribute('COLOR_0');
	const material = primitive.getMaterial();
	if (!color || material?.getBaseColorTexture()) return null;
	const factor = material?.getBaseColorFactor() ?? [1, 1, 1, 1];
	return Array.from({ length: color.getCount() }, (_, i) => {
		const [red = 1, green = 1, blue = 1] = color.getElement(i, []);
		return [red, green, blue].map((value, k) => value * (factor[k] ?? 1));
	});
}

type Matrix = readonly number[];

/** A column-major 4 x 4 matrix times a point (w = 1) or a direction (w = 0). */
function transform(m: Matrix, v: readonly number[], w: 0 | 1): number[] {
	return [0, 1, 2].map((row) =>
		[0, 1, 2].reduce((sum, k) => sum + (m[k * 4 + row] ?? 0) * (v[k] ?? 0), (m[12 + row] ?? 0) * w)
	);
}

function unit(v: number[]): number[] {
	const length = Math.hypot(...v) || 1;
	return v.map((value) => value / length);
}

function isMirrored([
	a = 1,
	b = 0,
	c = 0,
	,
	d = 0,
	e = 1,
	f = 0,
	,
	g = 0,
	h = 0,
	i = 1
]: Matrix): boolean {
	return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g) < 0;
}

/** A mirrored surface turns its triangles over. */
function flip(corners: number[]): void {
	for (let i = 0; i + 2 < corners.length; i += 3) {
		[corners[i + 1], corners[i + 2]] = [corners[i + 2] ?? 0, corners[i + 1] ?? 0];
	}
}
