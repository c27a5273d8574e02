package dev.orrery.scheduler.engine.submission;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.problem.MalformedJson;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.engine.submission.Submission.Run;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a call that submits many runs, one entry at a time: the tree of a whole body takes twenty
 * times the memory of its text, and ten such calls together would fill a small heap.
 */
@Singleton
class BatchReader {
  private static final String INSTANCES = "instances";

  private final ObjectReader json;
  private final SubmissionReader runs;

  BatchReader(ObjectMapper json, SubmissionReader runs) {
    this.json =
        json.readerFor(JsonNode.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    this.runs = runs;
  }

  /**
   * @param body JSON; empty counts as an empty object
   * @param key the header {@code Idempotency-Key}; null if the call has none
   */
  Submission read(int appId, byte[] body, String key) {
    IdempotencyKey hash = key == null ? null : IdempotencyKey.of(key, "");
    try (JsonParser parser = json.createParser(body)) {
      List<Run> read = body(parser, hash);
      if (read.isEmpty()) {
        throw ProblemException.invalid(INSTANCES, "'instances' must name at least one run.");
      }
      return new Submission(appId, hash == null ? null : hash.idempotency(), List.copyOf(read));
    } catch (JsonProcessingException e) {
      throw MalformedJson.of(e);
    } catch (IOException e) {
      throw new UncheckedIOException("Bytes in memory are always readable", e);
    }
  }

  private List<Run> body(JsonParser parser, IdempotencyKey hash) throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return List.of();
    }
    if (first != JsonToken.START_OBJECT) {
      throw ProblemException.malformed(null, "The body must be a JSON object.");
    }
    List<Run> read = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      if (!parser.currentName().equals(INSTANCES)) {
        String name = parser.currentName();
        throw ProblemException.invalid(
            name, "Unknown field '" + name + "'. Known here: " + INSTANCES + ".");
      }
      if (read != null) {
        throw ProblemException.malformed(INSTANCES, "'instances' is there twice.");
      }
      parser.nextToken();
      read = entries(parser, hash);
    }
    if (parser.nextToken() != null) {
      throw ProblemException.malformed(null, "The body must end behind its JSON object.");
    }
    return read == null ? List.of() : read;
  }

  private List<Run> entries(JsonParser parser, IdempotencyKey hash) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return List.of();
    }
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw ProblemException.malformed(INSTANCES, "'instances' must be an array.");
    }
    List<Run> read = new ArrayList<>();
    int instances = 0;
    long parameterBytes = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonNode entry = json.readTree(parser);
      if (hash != null) {
        hash.add(read.isEmpty() ? "{\"instances\":[" : ",").addRun(entry);
      }
      JsonFields fields = JsonFields.of(INSTANCES + "[" + read.size() + "]", entry);
      Run run = run(fields, SubmissionLimits.MAX_INSTANCES_PER_CALL - instances);
      instances += run.count();
      parameterBytes += run.parameterLength();
      if (parameterBytes > SubmissionLimits.MAX_PARAMETER_BYTES_PER_CALL) {
        throw tooManyBytes(fields, run);
      }
      read.add(run);
    }
    if (hash != null) {
      hash.add("]}");
    }
    return read;
  }

  private static ProblemException tooManyBytes(JsonFields entry, Run run) {
    return entry.invalid(
        "count",
        "of "
            + run.count()
            + " times '"
            + entry.pathOf("parameters")
            + "' of "
            + run.parameters().length()
            + " characters takes the call over "
            + SubmissionLimits.MAX_PARAMETER_BYTES_PER_CALL
            + " bytes of parameters; send several calls, or shorter parameters");
  }

  private Run run(JsonFields entry, int left) {
    String job = entry.requiredText("job");
    int count = entry.integer("count", 1, SubmissionLimits.MAX_INSTANCES_PER_CALL).orElse(1);
    if (count > left) {
      throw entry.invalid(
          "count", "takes the call over " + SubmissionLimits.MAX_INSTANCES_PER_CALL + " instances");
    }
    Run run = runs.run(job, entry, count);
    entry.refuseUnknown();
    return run;
  }
}
