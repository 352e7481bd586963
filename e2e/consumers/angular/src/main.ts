import { Component, inject, provideZonelessChangeDetection, resource } from '@angular/core';
import { bootstrapApplication, Title } from '@angular/platform-browser';
import { createEmbedder } from 'think-then-embed';

@Component({ selector: 'app-root', template: '<p>{{ found.value() ?? "A page of Angular." }}</p>' })
class App {
  private readonly title = inject(Title);

  protected readonly found = resource({
    loader: async ({ abortSignal }) => {
      const said = await firstVector(abortSignal).catch(String);
      if (!abortSignal.aborted) this.title.setTitle(said);
      return said;
    },
  });
}

async function firstVector(signal: AbortSignal): Promise<string> {
  const embedder = await createEmbedder({ assetsUrl: '/think-then-embed/', signal });
  const { vector } = await embedder.embed({ text: 'a red bicycle' });
  await embedder.dispose();
  return `vector of ${vector.length}, length ${Math.hypot(...vector).toFixed(3)}`;
}

bootstrapApplication(App, { providers: [provideZonelessChangeDetection()] });
