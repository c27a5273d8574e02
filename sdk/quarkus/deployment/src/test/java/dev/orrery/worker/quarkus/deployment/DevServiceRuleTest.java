package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.LaunchMode;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevServiceRuleTest {

  @ParameterizedTest
  @CsvSource({
    "DEVELOPMENT, , '', true",
    "DEVELOPMENT, , orrery.worker.app=billing, true",
    "DEVELOPMENT, , orrery.worker.enabled=false, false",
    "DEVELOPMENT, true, orrery.worker.enabled=false, true",
    "DEVELOPMENT, false, '', false",
    "DEVELOPMENT, , orrery.worker.server=http://localhost:10010, false",
    "DEVELOPMENT, true, orrery.worker.server=http://localhost:10010, false",
    "DEVELOPMENT, , orrery.worker.token=${UNSET_TOKEN}, false",
    "DEVELOPMENT, , orrery.worker.token-file=/run/secrets/token, false",
    "DEVELOPMENT, , orrery.worker.named.billing.declare-token=of-billing, false",
    "DEVELOPMENT, , ORRERY_WORKER_NAMED_BILLING_TOKEN_FILE=/run/secrets/token, false",
    "DEVELOPMENT, , orrery.worker.named.billing.app=invoices, true",
    "DEVELOPMENT, , orrery.client.server=http://localhost:7700, false",
    "TEST, , '', false",
    "TEST, , orrery.worker.enabled=true, true",
    "TEST, true, '', true"
  })
  void startsSchedulerOnlyWithoutConfiguredConnection(
      LaunchMode mode, Boolean enabled, String setting, boolean expected) {
    DevServiceRule rule = new DevServiceRule(config(setting), mode);

    assertThat(rule.wantsScheduler(Optional.ofNullable(enabled))).isEqualTo(expected);
  }

  @Test
  void usesConfiguredAppOrDefault() {
    assertThat(new DevServiceRule(config(""), LaunchMode.DEVELOPMENT).app()).isEqualTo("dev");
    assertThat(
            new DevServiceRule(config("orrery.worker.app=billing"), LaunchMode.DEVELOPMENT).app())
        .isEqualTo("billing");
  }

  /** Without those of the machine. */
  private static SmallRyeConfig config(String setting) {
    Map<String, String> values = new HashMap<>();
    if (!setting.isEmpty()) {
      String[] parts = setting.split("=", 2);
      values.put(parts[0], parts[1]);
    }
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withSources(new PropertiesConfigSource(values, "test", 250))
        .build();
  }
}
