package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.orrery.scheduler.model.job.apply.JobFileSchema;
import java.util.List;

/** The schema of job files, applied to a job document. */
public final class JobDocumentSchema {
  private static final Schema FILES =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(JobFileSchema.json());

  private JobDocumentSchema() {}

  /**
   * Returns what is wrong; nothing for a document that the schema accepts.
   *
   * @param document without a name it gets one, as that of a path
   */
  public static List<String> errors(JsonNode document) {
    ObjectNode file = JsonNodeFactory.instance.objectNode().put("app", "a");
    JsonNode job = document.deepCopy();
    if (job instanceof ObjectNode object && !object.hasNonNull("name")) {
      object.put("name", "nightly");
    }
    file.putArray("jobs").add(job);
    return FILES.validate(file).stream().map(Error::toString).toList();
  }
}
