/**
 * Job documents: the JSON that users write, with its defaults and limits. {@link
 * dev.orrery.scheduler.model.job.document.JobDocumentReader} reads a document and names the field
 * of each error; {@link dev.orrery.scheduler.model.job.document.JobDocumentCodec} reads stored
 * documents, which were checked when they were written. Versions, rows and edits of jobs belong to
 * {@code dev.orrery.scheduler.model.job}.
 */
package dev.orrery.scheduler.model.job.document;
