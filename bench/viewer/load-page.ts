import type { Browser, CDPSession, Page } from 'playwright';

/** A line as operators' "slow 4G" is set up: Lighthouse's mobile throttling. */
export const SLOW = { latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };

export interface PageMeasures {
	/** Compressed, as they came over the line. */
	js_bytes: number;
	total_bytes: number;
	/** Milliseconds from the navigation. */
	poster_ms: number;
	first_frame_ms: number;
	full_model_ms: number;
	long_tasks_ms: number;
	/** After a collection, bytes. */
	heap: number;
}

interface Marks {
	poster: number;
	first: number;
	full: number;
	long: number;
}
declare global {
	interface Window {
		marks: Marks;
	}
}

/** Loads a page once in a fresh profile, so that nothing is cached. */
export async function loadPage(
	browser: Browser,
	url: string,
	line: typeof SLOW | null
): Promise<PageMeasures> {
	const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
	try {
		const page = await context.newPage();
		const session = await context.newCDPSession(page);
		const count = await countBytes(session);
		if (line) await session.send('Network.emulateNetworkConditions', { offline: false, ...line });
		await watch(page);
		await page.goto(url, { waitUntil: 'commit' });
		await page.waitForFunction(() => window.marks.full > 0, undefined, { timeout: 120_000 });
		const { poster, first, full, long } = await page.evaluate(() => window.marks);
		const heap = await heapOf(session);
		return {
			...count(),
			poster_ms: Math.round(poster),
			first_frame_ms: Math.round(first),
			full_model_ms: Math.round(full),
			long_tasks_ms: Math.round(long),
			heap
		};
	} finally {
		await context.close();
	}
}

/** Heap after the first and after the tenth load of a page in one tab, bytes. */
export async function loadTenTimes(browser: Browser, url: string): Promise<[number, number]> {
	const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
	try {
		const page = await context.newPage();
		const session = await context.newCDPSession(page);
		await watch(page);
		let first = 0;
		let last = 0;
		for (let i = 0; i < 10; i++) {
			await page.goto(url, { waitUntil: 'commit' });
			await page.waitForFunction(() => window.marks.full > 0, undefined, { timeout: 120_000 });
			last = await heapOf(session);
			first ||= last;
		}
		return [first, last];
	} finally {
		await context.close();
	}
}

async function heapOf(session: CDPSession): Promise<number> {
	await session.send('HeapProfiler.collectGarbage');
	return (await session.send('Runtime.getHeapUsage')).usedSize;
}

async function countBytes(
	session: CDPSession
): Promise<() => { js_bytes: number; total_bytes: number }> {
	const scripts = new Set<string>();
	let js_bytes = 0;
	let total_bytes = 0;
	session.on('Network.responseReceived', ({ requestId, response }) => {
		if (/javascript/.test(response.mimeType)) scripts.add(requestId);
	});
	session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
		total_bytes += encodedDataLength;
		if (scripts.has(requestId)) js_bytes += encodedDataLength;
	});
	await session.send('Network.enable');
	return () => ({ js_bytes, total_bytes });
}

/** Notes when a page's picture, first frame and full model stand: two frames after the page says so, for both. */
async function watch(page: Page): Promise<void> {
	await page.addInitScript(() => {
		const marks: Marks = { poster: 0, first: 0, full: 0, long: 0 };
		window.marks = marks;
		const mark = (name: 'poster' | 'first' | 'full') => {
			if (marks[name] > 0) return;
			marks[name] = -1;
			requestAnimationFrame(() => requestAnimationFrame(() => (marks[name] = performance.now())));
		};
		new PerformanceObserver((list) => {
			for (const { duration } of list.getEntries()) marks.long += duration;
		}).observe({ type: 'longtask', buffered: true });
		document.addEventListener(
			'load',
			({ target }) => {
				if (!(target instanceof HTMLElement) || target.localName !== 'model-viewer') return;
				mark('first');
				mark('full');
			},
			true
		);
		const look = () => {
			const image = document.querySelector<HTMLImageElement>('#first-look img, img.poster');
			if (image?.complete) mark('poster');
			const peer = document.querySelector('model-viewer');
			const arrived = performance
				.getEntriesByType('resource')
				.some(
					(entry) =>
						entry instanceof PerformanceResourceTiming &&
						/^(img|css)$/.test(entry.initiatorType) &&
						entry.name.includes('/files/')
				);
			if (peer?.shadowRoot && arrived) mark('poster');
			if (document.querySelector('[data-state="ready"]')) mark('first');
			if (document.querySelector('[data-detail="full"]')) mark('full');
			if (marks.full <= 0) requestAnimationFrame(look);
		};
		requestAnimationFrame(look);
	});
}
