package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class OpenedAppResourceTest {
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  private ValidatableResponse open(RequestSpecification caller, String body) {
    return caller.body(body).put(app.path("/powerjob")).then();
  }

  private ValidatableResponse openAs(RequestSpecification caller, String name) {
    return open(caller, "{\"name\":\"" + name + "\"}");
  }

  @Test
  void opensNamesPrefixedWithAppName() {
    open(app.asOperator(), "{}").statusCode(200).body("name", equalTo(app.name()));

    for (String rest : List.of("-worker", "_worker", ".worker", ":worker", "-Worker eins")) {
      openAs(app.asOperator(), app.name() + rest)
          .statusCode(200)
          .body("name", equalTo(app.name() + rest))
          .body("requestedName", nullValue());
    }
    open(app.asOperator(), "{}").body("name", equalTo(app.name() + "-Worker eins"));
  }

  @Test
  void opensAppUnderForeignNameOnlyAfterAdminConfirms() {
    String foreign = "legacy " + app.name();
    openAs(app.asOperator(), foreign)
        .statusCode(200)
        .body("name", equalTo(app.name()))
        .body("requestedName", equalTo(foreign));
    open(app.asOperator(), "{\"password\":\"correct horse\"}")
        .body("name", equalTo(app.name()))
        .body("hasPassword", equalTo(true));

    openAs(Api.asAdmin(), foreign)
        .statusCode(200)
        .body("name", equalTo(foreign))
        .body("requestedName", nullValue());
    openAs(app.asOperator(), foreign).statusCode(200).body("name", equalTo(foreign));
  }

  @Test
  void reservesNamesPrefixedWithLongerAppName() {
    String longer = app.name() + "-eu";
    Api.asAdmin().put(Api.V1 + "/apps/" + longer).then().statusCode(201);

    for (String name : List.of(longer, longer + "-worker", app.name() + "x")) {
      openAs(app.asOperator(), name).statusCode(200).body("requestedName", equalTo(name));
    }
  }

  @Test
  void refusesNameOfAnotherApp() {
    TestApp other = TestApp.create();
    other.asOperator().body("{}").put(other.path("/powerjob")).then().statusCode(200);

    openAs(Api.asAdmin(), other.name())
        .statusCode(422)
        .body("detail", containsString("'name' is that of another app"));
    assertThat(app.asViewer().get(app.path("/powerjob")).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\\r\\nb", "a\\u001b[2J", "a\\u202eb", " a", "a "})
  void refusesInvalidName(String name) {
    openAs(Api.asAdmin(), name).statusCode(422).body("detail", containsString("'name' must"));
  }

  @Test
  void keepsSettingsOmittedFromBody() {
    open(app.asOperator(), "{}").body("readsWithoutNumber", equalTo(false));
    open(app.asOperator(), "{\"readsWithoutNumber\":true}")
        .body("readsWithoutNumber", equalTo(true));
    open(app.asOperator(), "{\"password\":\"correct horse\"}")
        .body("readsWithoutNumber", equalTo(true));
    open(app.asOperator(), "{\"readsWithoutNumber\":false}")
        .body("readsWithoutNumber", equalTo(false))
        .body("hasPassword", equalTo(true));
  }
}
