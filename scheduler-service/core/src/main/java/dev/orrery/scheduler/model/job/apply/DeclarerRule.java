package dev.orrery.scheduler.model.job.apply;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.scheduler.base.problem.ProblemException;

/**
 * Restricts what a token with the role {@code declare} may apply: only declarations of jobs that
 * are methods of applications. So it can neither delete jobs nor run programs on agents.
 */
final class DeclarerRule {
  private DeclarerRule() {}

  /**
   * Returns the request, limited to jobs that are new or declared.
   *
   * @throws ProblemException {@code FORBIDDEN}
   */
  static JobApplyRequest restrict(JobApplyRequest request) {
    if (request.declaration() == null) {
      throw refusal("declaration", "A file without 'declaration'");
    }
    if (request.prune()) {
      throw refusal("prune", "'prune', which deletes jobs with their waiting runs,");
    }
    for (int i = 0; i < request.jobs().size(); i++) {
      if (!(request.jobs().get(i).document().processor() instanceof ProcessorSpec.Java)) {
        String type = JobApplyRequest.path(i) + ".processor.type";
        throw refusal(type, "'" + type + "' other than java");
      }
    }
    return new JobApplyRequest(request.jobs(), request.owner(), false, request.declaration(), true);
  }

  private static ProblemException refusal(String field, String what) {
    return new ProblemException(
        ProblemDetail.of(
            ErrorCode.FORBIDDEN,
            what + " needs a token with the role operator. This one has the role declare.",
            field));
  }
}
