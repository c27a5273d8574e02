package dev.orrery.scheduler.model.job.apply;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.ProblemDetail.FieldError;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.DocumentChange;
import dev.orrery.scheduler.http.rest.DocumentChange.Difference;
import dev.orrery.scheduler.http.rest.PageBytes;
import dev.orrery.scheduler.model.job.Job;
import dev.orrery.scheduler.model.job.document.JobDocument;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Compares a file with the stored jobs, and refuses all its conflicts in one error. Receives the
 * stored jobs one after another, and keeps none of their documents.
 */
final class JobApplyPlanner {
  /** The maximum number of errors in the detail of a problem; its list has more. */
  private static final int NAMED_IN_DETAIL = 10;

  /** The size of a difference as JSON, without its path and values. */
  private static final int BYTES_OF_A_DIFFERENCE = 60;

  private final JobApplyRequest request;
  private final BiFunction<Optional<Job>, JobDocument, DocumentChange> comparison;
  private final Map<String, Integer> places = new HashMap<>();
  private final Compared[] compared;

  /** The size of the differences in the plan so far. */
  private long bytes;

  /**
   * @param comparison throws {@code INVALID} if the document must not be written
   */
  JobApplyPlanner(
      JobApplyRequest request, BiFunction<Optional<Job>, JobDocument, DocumentChange> comparison) {
    this.request = request;
    this.comparison = comparison;
    this.compared = new Compared[request.jobs().size()];
    for (int i = 0; i < compared.length; i++) {
      places.put(request.jobs().get(i).name(), i);
    }
  }

  /**
   * The comparison of one job of the file.
   *
   * @param edit null if the document must not be written
   */
  private record Compared(JobEdit edit, List<FieldError> errors, List<FieldError> conflicts) {}

  void compare(Job stored) {
    int place = places.get(stored.document().name());
    compared[place] = compared(place, Optional.of(stored));
  }

  /**
   * Returns the edits in the order of the file. A job that was not compared does not exist yet.
   *
   * @throws ProblemException {@code INVALID} with all documents that must not be written, {@code
   *     PRECONDITION_FAILED} with all jobs that have another ETag or another owner
   */
  List<JobEdit> edits() {
    List<FieldError> errors = new ArrayList<>();
    List<FieldError> conflicts = new ArrayList<>();
    List<JobEdit> edits = new ArrayList<>();
    for (int place = 0; place < compared.length; place++) {
      Compared one = compared[place] == null ? compared(place, Optional.empty()) : compared[place];
      errors.addAll(one.errors());
      conflicts.addAll(one.conflicts());
      edits.add(one.edit());
    }
    refuse(ErrorCode.INVALID, errors);
    refuse(ErrorCode.PRECONDITION_FAILED, conflicts);
    return edits;
  }

  private Compared compared(int place, Optional<Job> before) {
    JobApplyRequest.Entry entry = request.jobs().get(place);
    String path = JobApplyRequest.path(place);
    List<FieldError> conflicts = new ArrayList<>();
    etagConflict(entry, before)
        .ifPresent(text -> conflicts.add(new FieldError(path + ".etag", text)));
    ownerConflict(before).ifPresent(text -> conflicts.add(new FieldError(path, text)));
    try {
      return new Compared(edit(entry, before), List.of(), conflicts);
    } catch (ProblemException refusal) {
      ProblemDetail problem = refusal.problem();
      FieldError error =
          new FieldError(
              path + "." + problem.field(),
              problem.detail().replace("'" + problem.field(), "'" + path + "." + problem.field()));
      return new Compared(null, List.of(error), conflicts);
    }
  }

  private JobEdit edit(JobApplyRequest.Entry entry, Optional<Job> before) {
    DocumentChange change = comparison.apply(before, entry.document());
    List<Difference> fitting = fitting(change.differences());
    return new JobEdit(
        entry.name(),
        before.map(StoredVersion::of),
        entry.document(),
        new DocumentChange(change.change(), fitting),
        fitting.size() < change.differences().size(),
        request.owner() != null && before.filter(job -> job.owner() == null).isPresent());
  }

  /** Returns differences up to the one that exceeds the byte limit of the plan. */
  private List<Difference> fitting(List<Difference> differences) {
    int fitting = 0;
    while (fitting < differences.size() && bytes < PageBytes.MAX_BYTES) {
      bytes += bytes(differences.get(fitting));
      fitting++;
    }
    return List.copyOf(differences.subList(0, fitting));
  }

  private static long bytes(Difference difference) {
    return BYTES_OF_A_DIFFERENCE
        + difference.field().length()
        + bytes(difference.from())
        + bytes(difference.to());
  }

  private static long bytes(JsonNode value) {
    return value == null ? 0 : value.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  private static Optional<String> etagConflict(JobApplyRequest.Entry entry, Optional<Job> before) {
    if (entry.etag() == null || before.filter(job -> job.etag().equals(entry.etag())).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        before
                .map(
                    job ->
                        "Job '"
                            + entry.name()
                            + "' is at "
                            + job.etag()
                            + ", not at "
                            + entry.etag())
                .orElse("There is no job '" + entry.name() + "' that could be at " + entry.etag())
            + ".");
  }

  private Optional<String> ownerConflict(Optional<Job> before) {
    return before
        .filter(job -> request.owner() != null && job.owner() != null)
        .filter(job -> !job.owner().equals(request.owner()))
        .map(
            job ->
                "Job '"
                    + job.document().name()
                    + "' belongs to the owner '"
                    + job.owner()
                    + "', not to '"
                    + request.owner()
                    + "'.");
  }

  private static void refuse(ErrorCode code, List<FieldError> errors) {
    if (errors.isEmpty()) {
      return;
    }
    String detail =
        errors.stream()
            .limit(NAMED_IN_DETAIL)
            .map(FieldError::message)
            .collect(Collectors.joining(" "));
    int more = errors.size() - NAMED_IN_DETAIL;
    throw new ProblemException(
        ProblemDetail.of(
                code,
                more > 0 ? detail + " There are " + more + " more." : detail,
                errors.get(0).field())
            .withErrors(errors.subList(0, Math.min(errors.size(), JsonFields.MAX_ERRORS))));
  }
}
