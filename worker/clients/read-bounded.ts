/** A body as text; reading stops once more than `max_bytes` have come, so that what is kept stays near that bound. */
export async function readBounded(
	body: ReadableStream<Uint8Array> | null,
	max_bytes: number
): Promise<string> {
	if (!body) return '';
	const decoder = new TextDecoder();
	let text = '';
	let bytes = 0;
	for await (const chunk of body) {
		bytes += chunk.length;
		text += decoder.decode(chunk, { stream: true });
		if (bytes > max_bytes) break;
	}
	return text;
}
