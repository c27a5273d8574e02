package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.model.job.document.JobDocument;
import dev.orrery.scheduler.model.job.document.JobDocumentReader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobWriterTest {
  private static final String SHARDS = ",\"fanOut\":{\"type\":\"shards\",\"count\":2}";
  private static final ObjectMapper JSON = new ObjectMapper().findAndRegisterModules();

  private int earlier;
  private int asked;

  private final JobStore store =
      new JobStore(null, null, null) {
        @Override
        int replicasWithoutParents() {
          asked++;
          return earlier;
        }
      };
  private final JobWriter.Comparison comparison =
      new JobWriter(store, null, null, null, JSON).comparison(1, List.of(), List.of());

  /** The list of connections has no index, and a file has up to 1,000 jobs. */
  @Test
  void countsOlderReplicasOncePerCall() throws JsonProcessingException {
    for (int n = 0; n < 10; n++) {
      comparison.change(Optional.empty(), document("job-" + n, SHARDS));
    }

    assertThat(asked).isEqualTo(1);
  }

  @Test
  void refusesPartsWhileOlderReplicaIsConnected() throws JsonProcessingException {
    earlier = 2;

    for (String name : new String[] {"a", "b"}) {
      JobDocument document = document(name, SHARDS);
      assertThatThrownBy(() -> comparison.change(Optional.empty(), document))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("replicas of an earlier release (2)");
    }
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void skipsReplicaCountForDocumentsWithoutParts() throws JsonProcessingException {
    comparison.change(Optional.empty(), document("plain", ""));

    assertThat(asked).isZero();
  }

  private static JobDocument document(String name, String more) throws JsonProcessingException {
    return JobDocumentReader.read(
        name, JSON.readTree("{\"processor\":{\"type\":\"noop\"}" + more + "}"));
  }
}
