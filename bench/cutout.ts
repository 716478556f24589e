/**
 * How well backgrounds are removed: scenes painted with known alpha, stored as JPEG, go the way of `cutOut`.
 * `--photos DIR` adds real photos (with `--network FILE` cut out in Chromium by an ONNX network of RMBG's kind), `--sheet FILE`
 * writes a contact sheet, `--doc` the table and pictures in docs, `--dev` leaves out what is held out, `--only TEXT` takes
 * scenes whose name has it, `--round N` paints all of them otherwise; the last three leave out the whole path beside its peer,
 * which `--whole-path` does alone.
 */
import {
	benchMask,
	benchSmall,
	summarizeMasks,
	type MaskLine,
	type SmallLine
} from './cutout/bench-masks';
import { cutPhoto, type Phases } from './cutout/cut-photo';
import { cutByNetwork } from './cutout/cut-by-network';
import { cutRealPhotos } from './cutout/cut-real-photos';
import { paintPhoto } from './cutout/paint-photo';
import type { PaintedScene } from './cutout/paint-scene';
import { round, rounded } from './cutout/rounded';
import { listScenes, type SceneSpec } from './cutout/scenes';
import { score, type Score } from './cutout/score';
import { benchWholePath } from './cutout/whole-path';
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

/** Network-like masks are made of every so many scenes. */
const MASKED = 4;
/** And small products in large photos of every so many. */
const SMALL = 9;

export async function bench(options: string[], print: (line: object) => void) {
	const tuning = ['--dev', '--only', '--round'].some((option) => options.includes(option));
	const whole = tuning ? null : await benchWholePath(print);
	if (options.includes('--whole-path')) return whole;
	const value = (flag: string) =>
		options.includes(flag) ? options[options.indexOf(flag) + 1] : undefined;
	const only = value('--only');
	const specs = listScenes(Number(value('--round') ?? 0)).filter(
		({ name, held_out }) =>
			(!only || name.includes(only)) && !(options.includes('--dev') && held_out)
	);
	const lines: SceneLine[] = [];
	const masks: MaskLine[] = [];
	const small: SmallLine[] = [];
	const tiles: Buffer[] = [];
	for (const spec of specs) {
		const { scene, photo } = await paintPhoto(spec);
		const { line, tile } = await benchScene(spec, scene, photo);
		lines.push(line);
		tiles.push(tile);
		print(line);
		if (specs.indexOf(spec) % MASKED === 0) {
			for (const side of [1024, 320] as const) {
				const masked = await benchMask(spec, scene, photo, side);
				masks.push(masked);
				print(masked);
			}
		}
		if (spec.plain && specs.indexOf(spec) % SMALL === 0) {
			for (const side of [1024, 320] as const) {
				const looked = await benchSmall(spec, side);
				small.push(looked);
				print(looked);
			}
		}
		console.error(
			`${line.scene}: IoU ${line.iou.toFixed(4)} F ${line.boundary_f.toFixed(3)} holes ${line.holes_kept}/${line.holes} conf ${line.confidence.toFixed(2)}${line.refused ? ' REFUSED' : ''} halo ${line.halo_black.toFixed(1)}/${line.halo_white.toFixed(1)} ${JSON.stringify(line.seconds)}`
		);
	}
	const sheet = value('--sheet');
	const photos = value('--photos');
	if (photos) {
		const network = value('--network');
		const cut = network ? cutByNetwork(photos, network) : cutRealPhotos(photos);
		for (const { line, tile } of await cut) {
			print(line);
			if (sheet) tiles.push(tile);
		}
	}
	if (sheet) await writeSheet(tiles, sheet);
	const summary = { ...summarize(lines), refine: summarizeMasks(masks, small) };
	if (options.includes('--doc') && whole) {
		await writeSheet(tiles, 'docs/cutout.jpg');
		await writeDoc(lines, { ...summary, whole_path: whole });
	}
	return { ...summary, ...whole };
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
