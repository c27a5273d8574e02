package dev.orrery.scheduler.extras.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.testkit.Api;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** The storage resource. {@code RouteSecurityTest} checks who may read it. */
@QuarkusTest
class StorageTest {
  @Inject RetentionConfig retention;

  @Test
  void returnsStorageViewToAdmin() {
    JsonPath storage = Api.asAdmin().get("/api/v1/storage").jsonPath();

    assertThat(storage.getList("tables.name", String.class)).isEqualTo(TableSizeStore.TABLES);
    assertThat(storage.getLong("tables.find { it.name == 'instance_history' }.bytes")).isPositive();
    String oldest = storage.getString("tables.find { it.name == 'instance_history' }.oldestDay");
    assertThat(LocalDate.parse(oldest)).isBeforeOrEqualTo(LocalDate.now(ZoneOffset.UTC));
    assertThat(Duration.parse(storage.getString("retention.history")))
        .isEqualTo(retention.history());
    assertThat(storage.getMap("transactions")).containsEntry("hidden", null);
  }
}
