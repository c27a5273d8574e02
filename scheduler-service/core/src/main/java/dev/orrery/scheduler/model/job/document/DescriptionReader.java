package dev.orrery.scheduler.model.job.document;

import dev.orrery.protocol.JobLimits;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.base.json.WebAddress;
import java.util.List;
import java.util.Map;

/** Reads the description, labels and links of a job document. */
final class DescriptionReader {
  static final String DESCRIPTION = "description";
  private static final String LINKS = "links";

  private static final int MAX_LINKS = JobLimits.MAX_LINKS;
  private static final int MAX_TITLE = JobLimits.MAX_LINK_TITLE;
  private static final int MAX_URL = JobLimits.MAX_LINK_URL;

  private DescriptionReader() {}

  static JobDescription read(JsonFields fields) {
    return new JobDescription(
        fields
            .text(DESCRIPTION, JobLimits.MAX_DESCRIPTION)
            .map(String::strip)
            .filter(text -> !text.isEmpty())
            .orElse(null),
        fields.attempt(() -> LabelRules.read(fields).orElse(Map.of())).orElse(Map.of()),
        fields
            .attempt(() -> fields.objects(LINKS, MAX_LINKS, DescriptionReader::link))
            .flatMap(links -> links)
            .map(List::copyOf)
            .orElse(List.of()));
  }

  private static JobLink link(JsonFields fields) {
    String title = fields.requiredText("title").strip();
    String url = fields.requiredText("url").strip();
    fields.refuseUnknown();
    if (!fields.isStored()) {
      if (title.isEmpty() || title.length() > MAX_TITLE || LabelRules.hasControl(title)) {
        throw fields.invalid(
            "title", "must have 1 to " + MAX_TITLE + " characters without line breaks");
      }
      requireWebAddress(fields, url);
    }
    return new JobLink(title, url);
  }

  /** Console and chats make a link of it, so it must not run anything nor hide its host. */
  private static void requireWebAddress(JsonFields fields, String text) {
    if (text.length() > MAX_URL) {
      throw fields.invalid("url", "must be at most " + MAX_URL + " characters long");
    }
    if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.FORMAT)) {
      throw fields.invalid("url", "must not contain invisible characters");
    }
    var unused = WebAddress.require(fields, "url", text, "viewers read it");
  }

  static JsonSchema addTo(JsonSchema document) {
    return document
        .optional(
            DESCRIPTION,
            JsonSchema.text(JobLimits.MAX_DESCRIPTION)
                .describedAs("What the job does, for people; plain text."))
        .optional(
            LabelRules.LABELS,
            LabelRules.schema()
                .describedAs("Labels by name; lists, bulk calls and webhooks select jobs by them."))
        .optional(
            LINKS,
            JsonSchema.array(JsonSchema.component("JobLink"), 0, MAX_LINKS)
                .describedAs("Pages about the job, such as its runbook."));
  }

  static JsonSchema linkSchema() {
    return JsonSchema.object()
        .required("title", JsonSchema.text(MAX_TITLE).describedAs("What people read."))
        .required(
            "url",
            JsonSchema.text(MAX_URL).describedAs("http or https, without user name and password."))
        .describedAs("A page about a job.");
  }
}
