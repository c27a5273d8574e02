package dev.orrery.scheduler.extras.statistics.job;

import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.QueryParameter;
import dev.orrery.scheduler.model.job.document.LabelRules;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.QueryParam;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.Explode;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** The query parameters that select and sort jobs, as a {@code @BeanParam}. */
@RegisterForReflection
public class JobListQuery {
  /** Longer than any name of a job. */
  private static final int MAX_SEARCH = 100;

  /** More would not fit into a row of a list. */
  private static final int MAX_ENDS = 20;

  private static final String DESCENDING = "-";

  @Parameter(
      description = "Only jobs with this text in their name; upper and lower case are the same.",
      schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = MAX_SEARCH))
  @QueryParam("search")
  String search;

  @Parameter(
      explode = Explode.TRUE,
      description =
          "Only jobs with this label, as name:value; may be repeated for several, all of which must"
              + " be equal.")
  @QueryParam(LabelRules.LABEL)
  List<String> label;

  @Parameter(
      description =
          "Only jobs in this state. ENABLED: neither paused nor disabled. DISABLED: not paused."
              + " FAILING: the newest end that counts failed or timed out, whether the job is"
              + " paused or not. OVERDUE: it has not succeeded for as long as its alerts say.",
      schema =
          @Schema(
              type = SchemaType.STRING,
              enumeration = {"ENABLED", "DISABLED", "PAUSED", "FAILING", "OVERDUE"}))
  @QueryParam("filter")
  String filter;

  @Parameter(
      description =
          "The value to sort by, with '-' before it for the greatest first; jobs without the value"
              + " are at the end. 'state' lists failing and overdue jobs first, then paused and"
              + " disabled ones.",
      schema =
          @Schema(
              type = SchemaType.STRING,
              pattern = "^-?(name|nextFireTime|successRate|runMillisP95|failingSince|state)$",
              defaultValue = "name"))
  @QueryParam("sort")
  String sort;

  @Parameter(
      description =
          "Adds the statistics of the jobs over this number of their last ends; a page then has at"
              + " most 100 jobs.",
      schema = @Schema(minimum = "1", maximum = "20", type = SchemaType.INTEGER))
  @QueryParam("ends")
  String ends;

  /**
   * @throws ProblemException {@code INVALID} with the name of the invalid parameter
   */
  JobSelection selection() {
    if (search != null && search.length() > MAX_SEARCH) {
      throw ProblemException.invalid(
          "search", "'search' must have 1 to " + MAX_SEARCH + " characters.");
    }
    boolean descending = sort != null && sort.startsWith(DESCENDING);
    return new JobSelection(
        search, LabelRules.parse(label), filter(), sort(descending), descending);
  }

  /**
   * Returns the number of ends that the statistics count; 0 for no statistics.
   *
   * @throws ProblemException {@code INVALID}
   */
  int ends() {
    return QueryParameter.integer("ends", ends, 0, 1, MAX_ENDS);
  }

  private JobFilter filter() {
    return QueryParameter.oneOf("filter", filter, JobFilter.values(), Enum::name);
  }

  private JobSort sort(boolean descending) {
    if (sort == null) {
      return JobSort.NAME;
    }
    return JobSort.named(descending ? sort.substring(DESCENDING.length()) : sort)
        .orElseThrow(
            () ->
                QueryParameter.unknown(
                    "sort", Arrays.stream(JobSort.values()).map(JobSort::field), sort));
  }
}
