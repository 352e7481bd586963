/** Yields the `data` of each event of a text/event-stream body. Leaving the loop early cancels the body. */
export async function* eventData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let event: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += done ? `${decoder.decode()}\n\n` : decoder.decode(value, { stream: true });
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith('data:')) event.push(line.slice('data:'.length).replace(/^ /, ''));
        if (line !== '' || event.length === 0) continue;
        yield event.join('\n');
        event = [];
      }
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
