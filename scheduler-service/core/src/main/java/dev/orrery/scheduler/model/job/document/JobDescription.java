package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Map;

/**
 * The fields of a job document that describe the job to people, and by which they select jobs. No
 * run depends on them.
 *
 * @param text null for none
 * @param labels by name, sorted; never null
 * @param links never null
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@RegisterForReflection
public record JobDescription(
    @JsonProperty(DescriptionReader.DESCRIPTION) String text,
    Map<String, String> labels,
    List<JobLink> links) {
  public static final JobDescription NONE = new JobDescription(null, Map.of(), List.of());

  public JobDescription {
    labels = labels == null ? Map.of() : labels;
    links = links == null ? List.of() : links;
  }
}
