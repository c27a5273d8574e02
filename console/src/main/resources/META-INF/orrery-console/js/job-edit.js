// Edits of a job document that need no editor.

/** The document to apply: what the API returned, without what belongs to the scheduler. */
export function withEnabled(job, enabled, etag) {
  const { status, change, differences, pause, ...document } = job;
  return { ...document, enabled, etag };
}
