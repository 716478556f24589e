import type { MeshPhysicalMaterial } from 'three';
import { extension, number, numbers, type Json } from './glb-json';
import type { MapOf } from './glb-materials';

const PHYSICAL = [
	'anisotropy',
	'clearcoat',
	'dispersion',
	'ior',
	'iridescence',
	'sheen',
	'specular',
	'transmission',
	'volume'
] as const;

/** Whether a material needs more than metal and roughness. */
export function isPhysical(material: Json): boolean {
	return PHYSICAL.some((name) => extension(material, `KHR_materials_${name}`));
}

/** Lacquer, glass, cloth and the like: the KHR_materials extensions, with their defaults. */
export async function dressPhysical(
	made: MeshPhysicalMaterial,
	material: Json,
	mapOf: MapOf
): Promise<void> {
	const named = (name: (typeof PHYSICAL)[number]) => extension(material, `KHR_materials_${name}`);
	made.ior = number(named('ior')?.ior, 1.5);
	made.dispersion = number(named('dispersion')?.dispersion, 0);

	const coat = named('clearcoat');
	if (coat) {
		made.clearcoat = number(coat.clearcoatFactor, 0);
		made.clearcoatRoughness = number(coat.clearcoatRoughnessFactor, 0);
		made.clearcoatMap = await mapOf(coat.clearcoatTexture);
		made.clearcoatRoughnessMap = await mapOf(coat.clearcoatRoughnessTexture);
		made.clearcoatNormalMap = await mapOf(coat.clearcoatNormalTexture);
		made.clearcoatNormalScale.copy(made.normalScale);
	}
	const glass = named('transmission');
	if (glass) {
		made.transmission = number(glass.transmissionFactor, 0);
		made.transmissionMap = await mapOf(glass.transmissionTexture);
	}
	const volume = named('volume');
	if (volume) {
		made.thickness = number(volume.thicknessFactor, 0);
		made.thicknessMap = await mapOf(volume.thicknessTexture);
		made.attenuationDistance = number(volume.attenuationDistance, 0) || Infinity;
		made.attenuationColor.setRGB(...numbers(volume.attenuationColor, [1, 1, 1]));
	}
	const sheen = named('sheen');
	if (sheen) {
		made.sheen = 1;
		made.sheenRoughness = number(sheen.sheenRoughnessFactor, 0);
		made.sheenColor.setRGB(...numbers(sheen.sheenColorFactor, [0, 0, 0]));
		made.sheenColorMap = await mapOf(sheen.sheenColorTexture, true);
		made.sheenRoughnessMap = await mapOf(sheen.sheenRoughnessTexture);
	}
	const specular = named('specular');
	if (specular) {
		made.specularIntensity = number(specular.specularFactor, 1);
		made.specularColor.setRGB(...numbers(specular.specularColorFactor, [1, 1, 1]));
		made.specularIntensityMap = await mapOf(specular.specularTexture);
		made.specularColorMap = await mapOf(specular.specularColorTexture, true);
	}
	const film = named('iridescence');
	if (film) {
		made.iridescence = number(film.iridescenceFactor, 0);
		made.iridescenceIOR = number(film.iridescenceIor, 1.3);
		made.iridescenceThicknessRange = [
			number(film.iridescenceThicknessMinimum, 100),
			number(film.iridescenceThicknessMaximum, 400)
		];
		made.iridescenceMap = await mapOf(film.iridescenceTexture);
		made.iridescenceThicknessMap = await mapOf(film.iridescenceThicknessTexture);
	}
	const brushed = named('anisotropy');
	if (brushed) {
		made.anisotropy = number(brushed.anisotropyStrength, 0);
		made.anisotropyRotation = number(brushed.anisotropyRotation, 0);
		made.anisotropyMap = await mapOf(brushed.anisotropyTexture);
	}
}
