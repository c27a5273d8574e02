package dev.orrery.scheduler.model.job.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.DocumentChange;
import dev.orrery.scheduler.http.rest.DocumentChange.Kind;
import dev.orrery.scheduler.model.job.Job;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JobApplyPlannerTest {
  private static final DocumentChange NONE = new DocumentChange(Kind.NONE, List.of());

  @Test
  void listsTenConflictsAndCountsRemainder() throws JsonProcessingException {
    ProblemDetail problem = conflicts(12);

    assertThat(problem.detail())
        .startsWith("Job 'job-0' belongs to the owner 'theirs', not to 'ours'. Job 'job-1' ")
        .contains("'job-9'")
        .doesNotContain("'job-10'")
        .endsWith(" There are 2 more.");
    assertThat(problem.errors()).hasSize(12);
    assertThat(conflicts(10).detail()).doesNotContain("more");
  }

  private static ProblemDetail conflicts(int count) throws JsonProcessingException {
    String jobs =
        IntStream.range(0, count)
            .mapToObj(n -> "{\"name\":\"job-" + n + "\",\"processor\":{\"type\":\"noop\"}}")
            .collect(Collectors.joining(","));
    JobApplyRequest request =
        JobApplyReader.read(
            new ObjectMapper().readTree("{\"owner\":\"ours\",\"jobs\":[" + jobs + "]}"));
    JobApplyPlanner planner = new JobApplyPlanner(request, (before, document) -> NONE);
    request
        .jobs()
        .forEach(
            entry ->
                planner.compare(
                    new Job(
                        1,
                        entry.document(),
                        null,
                        1,
                        false,
                        null,
                        "theirs",
                        null,
                        null,
                        null,
                        null)));
    return catchThrowableOfType(ProblemException.class, planner::edits).problem();
  }
}
