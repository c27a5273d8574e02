package dev.orrery.scheduler.model.job.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.text.DeclarationVersion;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.json.ResourceName;
import dev.orrery.scheduler.base.problem.MalformedJson;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.EntityTag;
import dev.orrery.scheduler.model.job.apply.JobApplyRequest.Declaration;
import dev.orrery.scheduler.model.job.apply.JobApplyRequest.Entry;
import dev.orrery.scheduler.model.job.document.JobDocument;
import dev.orrery.scheduler.model.job.document.JobDocumentReader;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the body of a call that applies a file, and collects all its errors. */
@Singleton
class JobApplyReader {
  static final String JOBS = "jobs";

  /** All jobs of a call are written in one transaction, during which the app cannot be edited. */
  static final int MAX_JOBS = 1000;

  /** The tree of a body takes many times the memory of its text. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  static final int MAX_CLASS = 1000;

  /** The form of a job's ETag, as a regular expression. */
  static final String ETAG_PATTERN = "\"[0-9]{1,19}-[0-9]{1,10}\"";

  private static final Pattern ETAG = Pattern.compile(ETAG_PATTERN);

  private final ObjectMapper json;

  JobApplyReader(ObjectMapper json) {
    this.json = json;
  }

  /**
   * @throws ProblemException {@code TOO_LARGE}, {@code MALFORMED}; {@code INVALID} with a list of
   *     all errors
   */
  JobApplyRequest read(byte[] body) {
    if (body.length > MAX_BYTES) {
      throw ProblemException.of(
          ErrorCode.TOO_LARGE, "A file of jobs must have at most " + MAX_BYTES + " bytes.");
    }
    try {
      return read(json.readTree(body));
    } catch (JsonProcessingException e) {
      throw MalformedJson.of(e);
    } catch (IOException e) {
      throw new UncheckedIOException("Bytes in memory are always readable", e);
    }
  }

  static JobApplyRequest read(JsonNode body) {
    JsonFields fields = JsonFields.collecting(body);
    Optional<String> owner =
        fields
            .text("owner")
            .flatMap(name -> fields.attempt(() -> ResourceName.require("owner", name)));
    boolean prune = fields.flag("prune").orElse(false);
    if (prune && !fields.has("owner")) {
      fields.refuse("prune", "needs 'owner': only jobs of the same owner are deleted");
    }
    Optional<Declaration> declaration =
        fields.object("declaration", "{\"version\": 4711}").map(JobApplyReader::declaration);
    if (fields.has("declaration") && !fields.has("owner")) {
      fields.refuse(
          "declaration", "needs 'owner': the declarations of an owner replace each other");
    }
    fields.requirePresent(JOBS);
    Map<String, String> paths = new HashMap<>();
    List<Entry> jobs =
        fields.objects(JOBS, MAX_JOBS, entry -> entry(entry, paths)).orElse(List.of());
    if (jobs.isEmpty()
        && fields.has(JOBS)
        && declaration.filter(declared -> declared.code().isEmpty()).isPresent()) {
      fields.refuse(
          JOBS,
          "has no job, and 'declaration.code' no processor: a declaration without both is taken for"
              + " a mistake");
    }
    fields.refuseUnknown();
    fields.throwErrors();
    return new JobApplyRequest(
        List.copyOf(jobs), owner.orElse(null), prune, declaration.orElse(null), false);
  }

  private static Declaration declaration(JsonFields fields) {
    fields.requirePresent("version");
    Optional<DeclarationVersion> version =
        fields.textOrNumber("version").flatMap(text -> fields.attempt(() -> version(fields, text)));
    boolean renews = fields.flag("renew").orElse(false);
    List<String> kept = fields.texts("keep", MAX_JOBS).orElse(List.of());
    Map<String, String> code = fields.textMap("code").orElse(Map.of());
    if (code.size() > MAX_JOBS) {
      fields.refuse("code", "has " + code.size() + " entries and may have " + MAX_JOBS);
    }
    code.forEach(
        (processor, type) -> {
          if (processor.length() > MessageLimits.MAX_PROCESSOR_LENGTH) {
            fields.refuse(
                "code",
                "has a name of "
                    + processor.length()
                    + " characters; a processor may have "
                    + MessageLimits.MAX_PROCESSOR_LENGTH);
          }
          if (type.length() > MAX_CLASS) {
            fields.refuse(
                "code." + processor,
                "has " + type.length() + " characters and may have " + MAX_CLASS);
          }
        });
    fields.refuseUnknown();
    return new Declaration(version.orElse(null), renews, kept, code);
  }

  private static DeclarationVersion version(JsonFields fields, String text) {
    return DeclarationVersion.parse(text)
        .orElseThrow(() -> fields.invalid("version", DeclarationVersion.RULE));
  }

  private static String etag(JsonFields fields, String given) {
    String plain = EntityTag.plain(given);
    if (!ETAG.matcher(plain).matches()) {
      throw fields.invalid("etag", "must be the ETag of a job, such as \"17-2\", with its quotes");
    }
    return plain;
  }

  /**
   * @param paths paths of the earlier jobs, by name
   */
  private static Entry entry(JsonFields fields, Map<String, String> paths) {
    Optional<String> etag =
        fields.text("etag").flatMap(given -> fields.attempt(() -> etag(fields, given)));
    JobDocument document = JobDocumentReader.readNamed(fields);
    String before =
        document.name().isEmpty()
            ? null
            : paths.putIfAbsent(document.name(), fields.pathOf("name"));
    if (before != null) {
      fields.refuse(
          "name", "is '" + document.name() + "', as is '" + before + "': leave one of them out");
    }
    return new Entry(document, etag.orElse(null));
  }
}
