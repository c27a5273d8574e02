package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.http.rest.QueryParameter;
import dev.orrery.scheduler.model.job.document.LabelRules;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.Explode;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** The query parameters that select instances, as a {@code @BeanParam}. */
@RegisterForReflection
public class InstanceQuery {
  @Parameter(description = "Only instances of this job.")
  @QueryParam("job")
  String job;

  @Parameter(
      explode = Explode.TRUE,
      description = "Only instances in this state; may be repeated for one of several.")
  @QueryParam("state")
  List<String> state;

  @QueryParam("createdFrom")
  String createdFrom;

  @QueryParam("createdUntil")
  String createdUntil;

  @QueryParam("worker")
  String worker;

  @QueryParam("errorText")
  String error;

  @QueryParam("origin")
  String origin;

  @Parameter(
      explode = Explode.TRUE,
      description =
          "Only instances to which this parameter was given, as name:value; may be repeated for"
              + " several, all of which must be equal. Parameters of the job are not searched.")
  @QueryParam("parameter")
  List<String> parameter;

  @Parameter(
      explode = Explode.TRUE,
      description =
          "Only instances of jobs with this label, as name:value; may be repeated for several, all of"
              + " which must be equal. Deleted jobs have no labels.")
  @QueryParam(LabelRules.LABEL)
  List<String> label;

  /**
   * @throws dev.orrery.scheduler.base.problem.ProblemException {@code INVALID} naming the invalid
   *     parameter
   */
  InstanceFilter filter() {
    return new InstanceFilter(
            job,
            InstanceFilter.states("state", state.isEmpty() ? null : state),
            QueryParameter.instant("createdFrom", createdFrom),
            QueryParameter.instant("createdUntil", createdUntil),
            worker,
            error,
            InstanceFilter.origins(origin))
        .withParameters(InstanceFilter.parameters(parameter))
        .withLabels(LabelRules.parse(label));
  }
}
