import type { OpenApiDocument } from './openapi.ts';
export function documentationPage(document: OpenApiDocument): string {
  return document.info.title;
}
