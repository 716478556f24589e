/**
 * How well backgrounds are removed: scenes painted with known alpha, stored as JPEG, go the way of `cutOut`.
 * `--photos DIR` adds real photos, `--sheet FILE` writes a contact sheet, `--doc` the table and pictures in docs,
 * `--dev` leaves out what is held out, `--only TEXT` takes scenes whose name has it, `--round N` paints all of them otherwise.
 */
import sharp from 'sharp';
import { cutPhoto, pixels, type Phases } from './cutout/cut-photo';
import { cutRealPhotos } from './cutout/cut-real-photos';
import { networkMask } from './cutout/network-mask';
import { paintScene, type PaintedScene } from './cutout/paint-scene';
import { listScenes, type SceneSpec } from './cutout/scenes';
import { score, type Score } from './cutout/score';
import { writeDoc } from './cutout/write-doc';
import { drawTile, writeSheet } from './cutout/write-sheet';

export interface SceneLine extends Score {
	scene: string;
	plain: boolean;
	held_out: boolean;
	megapixels: number;
	engine: string;
	device: 'cpu';
	confidence: number;
	refused: boolean;
	seconds: Phases;
	peak_mb: number;
}

/** A network-like mask before and after refinement. */
interface MaskLine {
	scene: string;
	engine: string;
	raw: Score;
	refined: Score;
	seconds: Phases;
}

/** Network-like masks are made of every so many scenes. */
const MASKED = 4;

export async function bench(options: string[], print: (line: object) => void) {
	const value = (flag: string) =>
		options.includes(flag) ? options[options.indexOf(flag) + 1] : undefined;
	const only = value('--only');
	const specs = listScenes(Number(value('--round') ?? 0)).filter(
		({ name, held_out }) =>
			(!only || name.includes(only)) && !(options.includes('--dev') && held_out)
	);
	const lines: SceneLine[] = [];
	const masks: MaskLine[] = [];
	const tiles: Buffer[] = [];
	for (const spec of specs) {
		const scene = paintScene(spec);
		const photo = await toJpeg(scene, spec);
		const { line, tile } = await benchScene(spec, scene, photo);
		lines.push(line);
		tiles.push(tile);
		print(line);
		if (specs.indexOf(spec) % MASKED === 0) {
			for (const side of [1024, 320] as const) {
				const masked = await benchMask(spec, scene, photo, side);
				masks.push(masked);
				print(masked);
				console.error(JSON.stringify(masked));
			}
		}
		console.error(
			`${line.scene}: IoU ${line.iou.toFixed(4)} F ${line.boundary_f.toFixed(3)} holes ${line.holes_kept}/${line.holes} conf ${line.confidence.toFixed(2)}${line.refused ? ' REFUSED' : ''} halo ${line.halo_black.toFixed(1)}/${line.halo_white.toFixed(1)} ${JSON.stringify(line.seconds)}`
		);
	}
	const sheet = value('--sheet');
	const photos = value('--photos');
	if (photos) {
		for (const { line, tile } of await cutRealPhotos(photos)) {
			print(line);
			if (sheet) tiles.push(tile);
		}
	}
	if (sheet) await writeSheet(tiles, sheet);
	const summary = { ...summarize(lines), refine: summarizeMasks(masks) };
	if (options.includes('--doc')) {
		await writeSheet(tiles, 'docs/cutout.jpg');
		await writeDoc(lines, summary);
	}
	return summary;
}

async function benchScene(
	spec: SceneSpec,
	scene: PaintedScene,
	photo: Buffer
): Promise<{ line: SceneLine; tile: Buffer }> {
	const { width, height } = spec;
	const cut = await cutPhoto(photo);
	const line: SceneLine = {
		scene: spec.name,
		plain: spec.plain,
		held_out: spec.held_out,
		megapixels: Math.round((width * height) / 1e5) / 10,
		engine: 'backdrop',
		device: 'cpu',
		confidence: round(cut.confidence),
		refused: cut.refused,
		...rounded(score(scene, cut.cutout)),
		seconds: rounded(cut.phases),
		peak_mb: cut.peak_mb
	};
	const bad = spec.plain ? line.refused || line.iou < 0.98 || line.boundary_f < 0.9 : !line.refused;
	const label = `${line.scene}: IoU ${line.iou} F ${line.boundary_f} holes ${line.holes_kept}/${line.holes} conf ${line.confidence}${line.refused ? ' refused' : ''}`;
	const tile = await drawTile({ photo, cutout: cut.cutout, width, height, label, bad });
	return { line, tile };
}

/** A network-like mask of the scene, as it is and refined. */
async function benchMask(
	spec: SceneSpec,
	scene: PaintedScene,
	photo: Buffer,
	side: 1024 | 320
): Promise<MaskLine> {
	const engine = networkMask(scene.alpha, spec, side, spec.seed);
	const raw = await pixels(sharp(photo));
	const { alpha } = await engine(raw);
	for (let i = 0; i < alpha.length; i++) raw.data[i * 4 + 3] = Math.round(255 * alpha[i]!);
	const cut = await cutPhoto(photo, engine, Math.ceil((1.5 * 1024) / side));
	return {
		scene: spec.name,
		engine: `mask of ${side}`,
		raw: rounded(score(scene, raw.data)),
		refined: rounded(score(scene, cut.cutout)),
		seconds: rounded(cut.phases)
	};
}

function toJpeg({ picture }: PaintedScene, { width, height, quality }: SceneSpec): Promise<Buffer> {
	return sharp(picture.data, { raw: { width, height, channels: 4 } })
		.removeAlpha()
		.jpeg({ quality })
		.toBuffer();
}

function summarizeMasks(masks: MaskLine[]) {
	const of = (engine: string) => {
		const list = masks.filter((mask) => mask.engine === engine);
		const gain = (which: 'raw' | 'refined') => ({
			iou: mean(list.map((mask) => mask[which].iou)),
			boundary_f: mean(list.map((mask) => mask[which].boundary_f)),
			mae: mean(list.map((mask) => mask[which].mae)),
			halo: mean(list.flatMap((mask) => [mask[which].halo_black, mask[which].halo_white]))
		});
		return { masks: list.length, raw: gain('raw'), refined: gain('refined') };
	};
	return { of_1024: of('mask of 1024'), of_320: of('mask of 320') };
}

function summarize(lines: SceneLine[]) {
	const plain = lines.filter((line) => line.plain);
	const cluttered = lines.filter((line) => !line.plain);
	const of = (list: SceneLine[]) => ({
		scenes: list.length,
		iou_mean: mean(list.map(({ iou }) => iou)),
		iou_min: Math.min(...list.map(({ iou }) => iou)),
		boundary_f: mean(list.map(({ boundary_f }) => boundary_f)),
		mae: mean(list.map(({ mae }) => mae)),
		halo: mean(list.flatMap(({ halo_black, halo_white }) => [halo_black, halo_white])),
		holes_kept: share(sum(list.map((l) => l.holes_kept)), sum(list.map((l) => l.holes))),
		refused: share(list.filter(({ refused }) => refused).length, list.length)
	});
	return {
		backdrop: {
			...of(plain),
			/** Of those it did not refuse. */
			iou_mean_accepted: mean(plain.filter(({ refused }) => !refused).map(({ iou }) => iou)),
			rejects_cluttered: share(cluttered.filter(({ refused }) => refused).length, cluttered.length),
			held_out: of(plain.filter(({ held_out }) => held_out))
		}
	};
}

const sum = (values: number[]) => values.reduce((total, v) => total + v, 0);
const mean = (values: number[]) => round(sum(values) / Math.max(1, values.length));
const share = (part: number, all: number) => (all ? round(part / all) : 1);
const round = (v: number) => Math.round(v * 1e4) / 1e4;
function rounded<T extends object>(record: T): T {
	const entries = Object.entries(record).map(([key, v]) => [
		key,
		typeof v === 'number' ? round(v) : v
	]);
	return Object.fromEntries(entries) as T;
}
