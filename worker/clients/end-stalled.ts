/** Downloads that stand still. */

/** A result that cannot be fetched. Its address is not part of the message. */
export class MeshyAssetError extends Error {
	override name = 'MeshyAssetError';
}

/** The same stream, which errors when it breaks or when no byte comes for some seconds. */
export function endStalled(
	body: ReadableStream<Uint8Array>,
	stall_s: number
): ReadableStream<Uint8Array> {
	const reader = body.getReader();
	return new ReadableStream<Uint8Array>({
		async pull(controller) {
			const { promise: stalled, reject } = Promise.withResolvers<never>();
			const reason = `the file’s host sent nothing for ${stall_s} s`;
			const timer = setTimeout(() => reject(new MeshyAssetError(reason)), stall_s * 1000);
			try {
				const { done, value } = await Promise.race([reader.read(), stalled]);
				if (done) controller.close();
				else controller.enqueue(value);
			} catch (error) {
				const broken = new MeshyAssetError('the connection to the file’s host broke', {
					cause: error
				});
				controller.error(error instanceof MeshyAssetError ? error : broken);
				void reader.cancel(error).catch(() => undefined);
			} finally {
				clearTimeout(timer);
			}
		},
		cancel: (reason) => reader.cancel(reason)
	});
}
