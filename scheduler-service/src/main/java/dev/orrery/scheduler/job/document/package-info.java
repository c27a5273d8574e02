/**
 * Job documents: the JSON that users write, with its defaults and limits. {@link
 * dev.orrery.scheduler.job.document.JobDocumentReader} reads a document and names the field of each
 * error; {@link dev.orrery.scheduler.job.document.JobDocumentCodec} reads stored documents, which
 * were checked when they were written. Versions, rows and edits of jobs belong to {@code
 * dev.orrery.scheduler.job}.
 */
package dev.orrery.scheduler.job.document;
