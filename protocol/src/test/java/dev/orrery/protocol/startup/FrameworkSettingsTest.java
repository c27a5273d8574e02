package dev.orrery.protocol.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameworkSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "QUARKUS_DATASOURCE_JDBC_UR,            QUARKUS_DATASOURCE_JDBC_URL",
    "QUARKUS_DATASOURCE_JDBC_URI,           QUARKUS_DATASOURCE_JDBC_URL",
    "QUARKUS_DATASOURCE_URL,                QUARKUS_DATASOURCE_JDBC_URL",
    "QUARKUS_DATASORCE_JDBC_URL,            QUARKUS_DATASOURCE_JDBC_URL",
    "QUARKUS_DATASOURCE_USER,               QUARKUS_DATASOURCE_USERNAME",
    "QUARKUS_DATASOURCE_JDBC_PASSWORD,      QUARKUS_DATASOURCE_PASSWORD",
    "QUARKUS_DATASOURCE_PASWORD,            QUARKUS_DATASOURCE_PASSWORD",
    "QUARKUS_MANAGEMENT_PRT,                QUARKUS_MANAGEMENT_PORT",
    "QUARKUS_MANAGMENT_PORT,                QUARKUS_MANAGEMENT_PORT",
    "QUARKUS_HTTP_PROT,                     QUARKUS_HTTP_PORT",
    "QUARKUS_HTTPS_PORT,                    QUARKUS_HTTP_PORT",
    "QUARKUS_HTTP_SSLPORT,                  QUARKUS_HTTP_SSL_PORT",
    "QUARKUS_LOG_LEVLE,                     QUARKUS_LOG_LEVEL",
    "QUARKUS_TLS_API_KEYSTORE_PEM_TLS_CERT, QUARKUS_TLS_NAME_KEY_STORE_PEM_NAME_CERT",
    "QUARKUS_TLS_API_RELOAD_PEROID,         QUARKUS_TLS_NAME_RELOAD_PERIOD",
  })
  void suggestsKnownVariableForMisspelledVariable(String written, String meant) {
    assertReported(new WrittenSetting(true, written, "s3cr3t"), meant);
  }

  @ParameterizedTest
  @CsvSource({
    "quarkus.managment.port,                quarkus.management.port",
    "quarkus.datasource.jdbc-url,           quarkus.datasource.jdbc.url",
    "quarkus.datasource.url,                quarkus.datasource.jdbc.url",
    "quarkus.http.ssl.port,                 quarkus.http.ssl-port",
    "quarkus.http.insecure-request,         quarkus.http.insecure-requests",
    "quarkus.log.category.\"dev.orrery\".lvel, quarkus.log.category.NAME.level",
    "quarkus.tls.akka.trust-store.pem.cert, quarkus.tls.NAME.trust-store.pem.certs",
  })
  void suggestsKnownKeyForMisspelledProperty(String written, String meant) {
    assertReported(new WrittenSetting(false, written, "s3cr3t"), meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quarkus.datasource.jdbc.url",
        "quarkus.datasource.jdbc.min-size",
        "quarkus.datasource.reactive.url",
        "quarkus.datasource.engine.jdbc.url",
        "quarkus.datasource.engine.username",
        "quarkus.http.port",
        "quarkus.http.test-port",
        "quarkus.http.test-ssl-port",
        "quarkus.http.root-path",
        "quarkus.http.host-enabled",
        "quarkus.log.min-level",
        "quarkus.log.console.level",
        "quarkus.log.category.\"dev.orrery\".level",
        "quarkus.log.category.\"dev.orrery\".min-level",
        "quarkus.management.test-port",
        "quarkus.tls.key-store.pem.tls.cert",
        "quarkus.tls.api.key-store.p12.path",
        "quarkus.tls.api.trust-store.pem.certs",
        "quarkus.unheard-of",
        "orrery.http.prt",
        "PATH"
      })
  void ignoresKnownAndUnrelatedNames(String name) {
    assertThat(
            FrameworkSettings.warnings(
                List.of(
                    new WrittenSetting(false, name, "x"),
                    new WrittenSetting(true, Setting.variable(name), "x"))))
        .isEmpty();
  }

  @Test
  void reportsNameFromSeveralSourcesOnce() {
    WrittenSetting misspelt = new WrittenSetting(false, "quarkus.http.prt", "1");

    assertThat(FrameworkSettings.warnings(List.of(misspelt, misspelt))).hasSize(1);
  }

  private static void assertReported(WrittenSetting written, String meant) {
    assertThat(FrameworkSettings.warnings(List.of(written)))
        .containsExactly(written.name() + " is not a known setting. Did you mean " + meant + "?");
  }
}
