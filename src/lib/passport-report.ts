/** The channel passport on paper: what was made, and how each file stands to each rule. */
import type { ChannelFiles, MadeFile } from './optimize/channels/make-channel-files';
import { CHANNELS_AS_OF, type ChannelProfile } from './optimize/channels/profiles';
import type { RuleName, RuleResult } from './optimize/channels/rules';
import { fill, strings } from './strings';
import { formatBytes, formatCount, formatDate } from './ui/format';

const words = strings.passport;

/** What a file is called when it is saved. @param product as a file's name */
export function fileName(product: string, { profile, suffix, ending }: MadeFile): string {
	return `${[product, profile, suffix].filter((part) => part !== '').join('-')}.${ending}`;
}

/** A product's name as a file's name. */
export const slugOf = (name: string) =>
	name
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '-')
		.replace(/^-|-$/g, '') || 'product';

/** What a file is for, as people say it. */
export function fileLabel({ profile, suffix }: MadeFile, profiles: readonly ChannelProfile[]) {
	const label = profiles.find(({ name }) => name === profile)?.label ?? profile;
	const level = /^lod(\d)$/.exec(suffix)?.[1];
	if (level) return `${label}, ${fill(words.level, { n: level })}`;
	return suffix === '' ? label : `${label}, ${suffix}`;
}

/** A value of a rule in words. */
export function ruleValue(rule: RuleName, value: RuleResult['allowed']): string {
	if (value === null) return '–';
	if (typeof value === 'string') return value === '' ? words.none_value : value;
	if (rule === 'max_bytes' || rule === 'advised_bytes') return formatBytes(value);
	return rule === 'max_texture_side' ? `${formatCount(value)} px` : formatCount(value);
}

/** What may be, in words; for rules that allow no number, nothing. */
export const allowedValue = ({ rule, allowed }: RuleResult) =>
	allowed === '' ? '' : ruleValue(rule, allowed);

/** What of a moving model is kept as it is. */
const SHAPE: ReadonlySet<RuleName> = new Set([
	'max_triangles',
	'advised_triangles',
	'max_vertices',
	'max_draw_calls',
	'max_materials',
	'max_uv_sets'
]);

/** What to do about a rule that a file does not keep; empty for one that it keeps. */
export function remedyOf({ facts }: MadeFile, { rule, outcome }: RuleResult): string {
	if (outcome === 'pass' || outcome === 'fixed') return '';
	return facts.motion.length > 0 && SHAPE.has(rule) ? words.moving_remedy : words.remedies[rule];
}

interface Passport {
	/** The product's name. */
	product: string;
	made: ChannelFiles;
	profiles: readonly ChannelProfile[];
	/** When the files were made, epoch milliseconds. */
	at: number;
}

/** The report for programs. */
export function passportJson({ product, made, profiles, at }: Passport): string {
	const report = {
		product,
		made_on: new Date(at).toISOString(),
		limits_as_of: CHANNELS_AS_OF,
		source: made.source,
		notes: made.notes,
		files: made.files.map((one) => {
			const { profile, verdict, rules, facts } = one;
			const label = fileLabel(one, profiles);
			return { file: fileName(slugOf(product), one), profile, label, verdict, facts, rules };
		})
	};
	return JSON.stringify(report, null, '\t');
}

/** The report for people: one page of HTML that needs nothing else. */
export function passportHtml({ product, made, profiles, at }: Passport): string {
	const title = fill(words.report_title, { name: product });
	const { col } = words;
	const sections = made.files.map((one) => {
		const rows = one.rules.map((result) => {
			const { rule, outcome, before, after } = result;
			const remedy = remedyOf(one, result);
			const cells = [allowedValue(result), ruleValue(rule, before), ruleValue(rule, after)];
			return `<tr><th scope="row">${escape(words.rules[rule])}</th>${cells
				.map((cell) => `<td>${escape(cell)}</td>`)
				.join(
					''
				)}<td class="${outcome}">${words.outcomes[outcome]}</td><td>${escape(remedy)}</td></tr>`;
		});
		return `<section><h2>${escape(fileLabel(one, profiles))} <span class="${one.verdict}">${words.outcomes[one.verdict]}</span></h2>
<p>${escape(fileName(slugOf(product), one))}: ${escape(factsOf(one))}</p>
<table><thead><tr>${[col.rule, col.allowed, col.before, col.after, col.outcome, col.remedy]
			.map((name) => `<th scope="col">${name}</th>`)
			.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></section>`;
	});
	return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title>
<style>
:root{color-scheme:light dark}body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 system-ui,sans-serif}
table{width:100%;border-collapse:collapse;font-size:.875rem}th,td{padding:.4rem .6rem;border-bottom:1px solid #8886;text-align:start;vertical-align:top}
section{margin-top:2rem;break-inside:avoid;overflow-x:auto}h2{font-size:1.1rem}h2 span{font-size:.875rem}
.pass,.fixed{color:light-dark(#1d6b3a,#78d396)}.advice{color:light-dark(#84510a,#edbd6b)}.fail{color:light-dark(#a82a22,#ff9c90)}
</style></head><body><h1>${escape(title)}</h1>
<p>${escape(fill(words.made_on, { date: formatDate(at), as_of: CHANNELS_AS_OF }))}</p>
<p>${escape([summaryOf(made), ...notesOf(made)].join(' '))}</p>
${sections.join('\n')}
</body></html>
`;
}

/** How many files keep every rule. */
export function summaryOf({ files }: ChannelFiles): string {
	const pass = files.filter(({ verdict }) => verdict === 'pass' || verdict === 'fixed').length;
	return fill(words.summary, { pass, n: files.length });
}

/** How the files were made, in words, where there is something to tell. */
export const notesOf = ({ notes }: ChannelFiles) =>
	notes.map((note) => strings.optimize_notes[note]);

/** A file's size in words. */
export const factsOf = ({ facts }: MadeFile) =>
	fill(words.facts, {
		bytes: formatBytes(facts.bytes),
		triangles: formatCount(facts.triangles)
	});

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string) => text.replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);
