package dev.orrery.scheduler.testkit;

import static io.restassured.RestAssured.given;

import dev.orrery.scheduler.http.rest.ContractFilter;
import io.restassured.RestAssured;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import org.eclipse.microprofile.config.ConfigProvider;

/** Calls on the API port. */
public final class Api {
  public static final String V1 = "/api/v1";

  private Api() {}

  /**
   * Every call of a test begins here, so that it is compared with the OpenAPI document. Paths are
   * sent as they are written: encoded, a colon is another path.
   */
  public static RequestSpecification withoutToken() {
    return given()
        .config(plainLog(RestAssured.config()))
        .filter(new ContractFilter(adminToken()))
        .urlEncodingEnabled(false)
        .contentType(ContentType.JSON);
  }

  /**
   * Every call is logged, in case the test fails. Pretty printing took a tenth of the processor
   * time of all tests.
   */
  private static RestAssuredConfig plainLog(RestAssuredConfig config) {
    return config.logConfig(config.getLogConfig().enablePrettyPrinting(false));
  }

  public static RequestSpecification as(String token) {
    return withoutToken().auth().oauth2(token);
  }

  public static RequestSpecification asAdmin() {
    return as(adminToken());
  }

  public static String adminToken() {
    return ConfigProvider.getConfig().getValue("orrery.security.admin-token", String.class);
  }
}
