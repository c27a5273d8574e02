package dev.orrery.scheduler.model.job.upcoming;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.model.job.JobService;
import dev.orrery.scheduler.model.job.document.TriggerReader;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class PreviewServiceTest {
  private static final JobService NO_DATABASE = null;

  @Test
  void previewsTriggerWithoutJobOrDatabase() {
    PreviewService previews =
        new PreviewService(
            NO_DATABASE, InstantSource.fixed(Instant.parse("2026-01-01T04:00:00.5Z")));

    FirePreview preview =
        previews.next(
            TriggerReader.read(
                JsonFields.ofBody(
                    JsonNodeFactory.instance.objectNode().put("cron", "0 0 4 * * *"))),
            PreviewQuery.of("1", null));

    assertThat(preview.fireTimes()).containsExactly(Instant.parse("2026-01-02T04:00:00Z"));
  }
}
