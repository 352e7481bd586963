/**
 * A canvas keeps colours multiplied by alpha: what lies under transparent pixels is lost, and shows once alpha is
 * dropped (Pillow's `convert('RGB')`): white becomes black. A texture keeps them apart.
 */
import type { Pixels } from './pixels.ts';

export function isTranslucent(rgba: Uint8ClampedArray): boolean {
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i] !== 255) return true;
  return false;
}

let context: WebGLRenderingContext | null = null;

/**
 * Reads the bitmap into `pixels`, colours and alpha as they were stored. Without WebGL, or with a picture larger than a
 * texture, `pixels` stays as it is.
 */
export function readStraight(bitmap: ImageBitmap, pixels: Pixels): void {
  if (context === null || context.isContextLost()) context = new OffscreenCanvas(1, 1).getContext('webgl');
  const gl = context;
  if (gl === null || Math.max(pixels.width, pixels.height) > gl.getParameter(gl.MAX_TEXTURE_SIZE)) return;
  const texture = gl.createTexture();
  const framebuffer = gl.createFramebuffer();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
  gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  const bytes = new Uint8Array(pixels.data.buffer);
  gl.readPixels(0, 0, pixels.width, pixels.height, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
  gl.deleteFramebuffer(framebuffer);
  gl.deleteTexture(texture);
}
