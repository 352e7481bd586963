/** A web host for built pages that can imitate the peculiarities of real ones. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface HostOptions {
  /** Folders by URL path; the longest matching path wins. */
  folders: Readonly<Record<string, string>>;
  /** Sent with every response. */
  headers?: Readonly<Record<string, string>>;
  /** Sent with pages only. */
  pageHeaders?: Readonly<Record<string, string>>;
  /** Responds to missing files with the page and status 200. */
  isSinglePage?: boolean;
  /** `all`: compresses every response. `by-name`: serves `.gz` and `.zst` files with their `Content-Encoding`, so that the browser unpacks them. */
  gzip?: 'all' | 'by-name';
}

export interface Host {
  url: string;
  /** Bytes sent by path, after compression. */
  sent: Map<string, number>;
  close(): void;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

const ENCODINGS: Readonly<Record<string, string>> = { '.gz': 'gzip', '.zst': 'zstd' };

export async function startHost(options: HostOptions): Promise<Host> {
  const { folders, headers = {}, pageHeaders = {}, isSinglePage = false, gzip } = options;
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length);
  const sent = new Map<string, number>();

  function fileOf(path: string): string | null {
    const prefix = prefixes.find((start) => path.startsWith(start));
    if (prefix === undefined) return null;
    const file = join(folders[prefix] as string, path.slice(prefix.length));
    return (
      [file, `${file}.html`, join(file, 'index.html')].find(
        (each) => existsSync(each) && statSync(each).isFile(),
      ) ?? null
    );
  }

  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname));
    const file = fileOf(path) ?? (isSinglePage ? fileOf('/index.html') : null);
    if (!file) {
      response.writeHead(404, { 'Content-Type': 'text/plain', ...headers }).end('not found\n');
      return;
    }
    const extension = extname(file);
    const isPage = extension === '.html';
    let body: Buffer = readFileSync(file);
    const own: Record<string, string> = { 'Content-Type': TYPES[extension] ?? 'application/octet-stream' };
    if (gzip === 'all') {
      body = gzipSync(body, { level: 1 });
      own['Content-Encoding'] = 'gzip';
    } else if (gzip === 'by-name' && extension in ENCODINGS) {
      own['Content-Encoding'] = ENCODINGS[extension] as string;
    }
    sent.set(path, (sent.get(path) ?? 0) + body.length);
    response.writeHead(200, {
      ...own,
      'Content-Length': body.length,
      ...headers,
      ...(isPage ? pageHeaders : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    sent,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
