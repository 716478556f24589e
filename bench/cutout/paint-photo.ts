import sharp from 'sharp';
import { paintScene, type PaintedScene } from './paint-scene';
import type { SceneSpec } from './scenes';

/** A scene with the photo of it, JPEG. */
export async function paintPhoto(spec: SceneSpec): Promise<{ scene: PaintedScene; photo: Buffer }> {
	const { width, height, quality } = spec;
	const scene = paintScene(spec);
	const photo = await sharp(scene.picture.data, { raw: { width, height, channels: 4 } })
		.removeAlpha()
		.jpeg({ quality })
		.toBuffer();
	return { scene, photo };
}
