package dev.orrery.scheduler.model.job;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.model.job.document.JobDocument;
import dev.orrery.scheduler.model.job.document.JobDocumentReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JobsAfterCallTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private int stored;

  private final JobStore store =
      new JobStore(null, null, null) {
        @Override
        Map<String, List<String>> flowsFrom(
            int appId,
            Collection<String> names,
            Collection<String> written,
            Collection<Long> deleted,
            int limit) {
          return IntStream.range(0, Math.min(stored, limit))
              .mapToObj(n -> "flow-" + n)
              .collect(Collectors.toMap(Function.identity(), flow -> List.of("job")));
        }
      };

  @Test
  void refusesFlowLeadingToMoreThan1000Flows() throws JsonProcessingException {
    JobDocument flow =
        JobDocumentReader.read(
            "flow",
            JSON.readTree(
                "{\"processor\":{\"type\":\"flow\",\"nodes\":[{\"name\":\"a\",\"job\":\"flow-0\"}]}}"));

    stored = 1_000;
    call(flow).requireSoundFlow(flow);

    stored = 1_001;
    assertInvalid("processor.nodes", () -> call(flow).requireSoundFlow(flow))
        .hasMessageContaining("must lead to at most 1000 other flows");
  }

  @Test
  void refusesFlowWithMoreThan10000NodesInTotal() throws JsonProcessingException {
    List<JobDocument> file =
        List.of(flow("inner", 99, "job"), flow("flow", 100, "inner"), flow("more", 101, "inner"));
    JobsAfterCall call = new JobsAfterCall(store, 1, file, List.of());

    call.requireSoundFlow(file.get(1));
    assertInvalid("processor.nodes", () -> call.requireSoundFlow(file.get(2)))
        .hasMessageContaining("at most 10000 nodes")
        .hasMessageContaining("these are 10100.");
  }

  @Test
  void limitsNodesVisitedPerCall() throws JsonProcessingException {
    List<JobDocument> file = new ArrayList<>();
    for (int n = 0; n < 250; n++) {
      int first = n + 1;
      file.add(flow("f" + n, Math.min(200, 250 - n), node -> "f" + (first + node)));
    }
    JobsAfterCall call = new JobsAfterCall(store, 1, file, List.of());

    List<String> refusals = new ArrayList<>();
    for (JobDocument flow : file) {
      try {
        call.requireSoundFlow(flow);
      } catch (ProblemException e) {
        refusals.add(e.getMessage());
      }
    }

    assertThat(refusals).first().asString().contains("at most 10000 nodes");
    assertThat(refusals).last().asString().contains("Write fewer flows in one call");
  }

  private static JobDocument flow(String name, int nodes, String job)
      throws JsonProcessingException {
    return flow(name, nodes, node -> job);
  }

  private static JobDocument flow(String name, int nodes, IntFunction<String> job)
      throws JsonProcessingException {
    String all =
        IntStream.range(0, nodes)
            .mapToObj(node -> "{\"name\":\"n%d\",\"job\":\"%s\"}".formatted(node, job.apply(node)))
            .collect(Collectors.joining(","));
    return JobDocumentReader.read(
        name, JSON.readTree("{\"processor\":{\"type\":\"flow\",\"nodes\":[" + all + "]}}"));
  }

  private JobsAfterCall call(JobDocument flow) {
    return new JobsAfterCall(store, 1, List.of(flow), List.of());
  }
}
