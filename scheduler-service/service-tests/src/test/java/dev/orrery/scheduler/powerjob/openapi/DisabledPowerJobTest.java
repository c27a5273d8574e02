package dev.orrery.scheduler.powerjob.openapi;

import static io.restassured.RestAssured.given;

import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** The gateway for PowerJob is disabled, as it is by default. */
@QuarkusTest
class DisabledPowerJobTest {
  @Test
  void answersNotFoundForPowerJobCallsWhenPowerJobIsDisabled() {
    TestApp app = PowerJobCaller.openApp();
    int unknown = given().post("/nothing").statusCode();

    PowerJobCaller.assertApp(app.name(), PowerJobCaller.PASSWORD).then().statusCode(unknown);
    PowerJobCaller.authenticate(app.name(), PowerJobCaller.PASSWORD).then().statusCode(unknown);
    given()
        .formParam("instanceId", 1)
        .post("/openApi/fetchInstanceInfo")
        .then()
        .statusCode(unknown);
  }
}
