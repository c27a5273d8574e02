package dev.orrery.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.scheduler.api.Route.Holder;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestClient;
import io.quarkus.arc.Arc;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks authentication and roles on every route. */
@QuarkusTest
class RouteSecurityTest {
  /** Nothing of it is ever changed: only calls that are refused go there. */
  private static TestApp app;

  /** Of which the calls are let in. */
  private static TestApp changed;

  private static TestApp other;
  private static String waiting;
  private static String ended;

  static Stream<Route> all() {
    return Route.ALL.stream();
  }

  static Stream<Route> withToken() {
    return Route.ALL.stream().filter(Route::needsToken);
  }

  static Stream<Route> ofOneApp() {
    return Route.ALL.stream().filter(Route::isOfOneApp);
  }

  @BeforeEach
  void prepareOnce() {
    if (app == null) {
      TestApp made = TestApp.create().withJob("job");
      waiting = made.run("job");
      ended = made.run("job");
      made.cancel(ended);
      changed = TestApp.create();
      declareJob(changed);
      other = TestApp.create();
      app = made;
    }
  }

  private static void declareJob(TestApp declaring) {
    String jobs =
        "{\"owner\":\"code.it\",\"declaration\":{\"version\":\"1\"},"
            + "\"jobs\":[{\"name\":\"job\",\"processor\":{\"type\":\"noop\"}}]}";
    declaring.asOperator().body(jobs).post(declaring.path("/jobs:apply")).then().statusCode(200);
  }

  @Test
  void coversEveryDeployedRouteInTheSecurityTable() {
    assertThat(deployedRoutes()).isEqualTo(names(Route.ALL));
  }

  @Test
  void coversEveryDocumentedOperationInTheSecurityTable() {
    Json document =
        Api.asAdmin().accept(ContentType.JSON).get("/q/openapi").then().extract().as(Json.class);
    Set<String> documented = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : document.node().path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        documented.add(operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
      }
    }

    assertThat(documented)
        .isEqualTo(names(Route.ALL.stream().filter(route -> !route.isWorkerVerb()).toList()));
  }

  @ParameterizedTest
  @MethodSource("withToken")
  void answers401WithoutTokenForAnyBody(Route route) {
    RequestSpecification request = Api.withoutToken().contentType(ContentType.TEXT);

    Response response = call(route, route.takesBody() ? request.body("not JSON") : request);

    Refused.with(ErrorCode.UNAUTHENTICATED, response);
    assertThat(response.header("WWW-Authenticate")).isEqualTo("Bearer");
  }

  @ParameterizedTest
  @MethodSource("all")
  void answers401ForUnknownToken(Route route) {
    Refused.with(ErrorCode.UNAUTHENTICATED, call(route, Api.as("unknown")));
  }

  @ParameterizedTest
  @MethodSource("all")
  void answers403NamingBothRolesForInsufficientRole(Route route) {
    for (Holder holder : route.access().refused()) {
      Refused.with(ErrorCode.FORBIDDEN, call(route, as(holder, app)))
          .saying(
              "the role " + route.access().role(), "This one has the role " + role(holder) + ".");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void acceptsCallWithSufficientToken(Route route) {
    for (Holder holder : route.access().allowed()) {
      String id = route.path().contains("/instances/{id}") ? changed.run("job") : "0";
      Response response = call(route, as(holder, changed), changed.name(), id);
      assertThat(response.statusCode()).as(holder.name()).isNotIn(401, 403, 405).isLessThan(500);
      assertThat(response.asString()).doesNotContain("There is nothing at this path");
    }
  }

  @ParameterizedTest
  @MethodSource("ofOneApp")
  void returnsSameResponseForForeignAndUnknownApp(Route route) {
    ErrorCode notFound =
        route.path().contains("{app}") ? ErrorCode.APP_NOT_FOUND : ErrorCode.INSTANCE_NOT_FOUND;
    for (Holder holder : route.access().allowed()) {
      if (holder != Holder.THE_ADMIN) {
        Response missing = call(route, as(holder, other), "there-is-none", "4711");
        // What may be done with an instance depends on whether it has ended.
        for (String instance : List.of(waiting, ended)) {
          Response foreign = call(route, as(holder, other), app.name(), instance);

          Refused.with(notFound, foreign);
          assertThat(foreign.asString().replace(app.name(), "X").replace(instance, "X"))
              .isEqualTo(missing.asString().replace("there-is-none", "X").replace("4711", "X"));
        }
      }
    }
    assertThat(app.state(waiting)).isEqualTo("WAITING");
    assertThat(app.instancesOf("job")).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("ofOneApp")
  void checksRoleBeforeHidingForeignApp(Route route) {
    for (Holder holder : route.access().refused()) {
      Refused.with(ErrorCode.FORBIDDEN, call(route, as(holder, other)));
    }
  }

  private static String role(Holder holder) {
    return switch (holder) {
      case THE_ADMIN -> "admin";
      case AN_OPERATOR -> "operator";
      case A_VIEWER -> "viewer";
      case A_WORKER -> "worker";
      case A_DECLARER -> "declare";
    };
  }

  private static RequestSpecification as(Holder holder, TestApp tokensOf) {
    return switch (holder) {
      case THE_ADMIN -> Api.asAdmin();
      case AN_OPERATOR -> Api.as(tokensOf.token(TestApp.TokenRole.OPERATOR));
      case A_VIEWER -> Api.as(tokensOf.token(TestApp.TokenRole.VIEWER));
      case A_WORKER -> Api.as(tokensOf.token(TestApp.TokenRole.WORKER));
      case A_DECLARER -> tokensOf.asDeclarer();
    };
  }

  private static Response call(Route route, RequestSpecification request) {
    return call(route, request, app.name(), waiting);
  }

  private static Response call(
      Route route, RequestSpecification request, String appName, String id) {
    if (route.isWorkerVerb()) {
      request.port(TestClient.port());
    }
    return request.request(
        route.method(),
        route
            .path()
            .replace("{app}", appName)
            .replace("{job}", "not-there")
            .replace("{webhook}", "not-there")
            .replace("/tokens/{id}", "/tokens/999999999")
            .replace("{id}", id));
  }

  private static Set<String> names(List<Route> routes) {
    Set<String> names = new TreeSet<>();
    routes.forEach(route -> names.add(route.toString()));
    return names;
  }

  private static Set<String> deployedRoutes() {
    Set<String> found = new TreeSet<>();
    for (Bean<?> bean :
        Arc.container().beanManager().getBeans(Object.class, Any.Literal.INSTANCE)) {
      Path root = bean.getBeanClass().getAnnotation(Path.class);
      if (root != null) {
        for (Method method : bean.getBeanClass().getDeclaredMethods()) {
          httpMethods(method).forEach(verb -> found.add(verb + " " + path(root, method)));
        }
      }
    }
    // Most of them are served by a route, and not by a resource.
    WorkerOperation.ALL.forEach(operation -> found.add("POST " + operation.path()));
    return found;
  }

  private static Stream<String> httpMethods(Method method) {
    return Arrays.stream(method.getAnnotations())
        .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
        .filter(verb -> verb != null)
        .map(HttpMethod::value);
  }

  private static String path(Path root, Method method) {
    Path rest = method.getAnnotation(Path.class);
    String prefix = root.value().equals("/") ? "" : root.value();
    return rest == null ? prefix : prefix + rest.value();
  }
}
