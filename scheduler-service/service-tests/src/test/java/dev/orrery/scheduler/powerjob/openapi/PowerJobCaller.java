package dev.orrery.scheduler.powerjob.openapi;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.powerjob.app.ClientApps;
import dev.orrery.scheduler.powerjob.app.ClientKey;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Sends what PowerJob clients of 4.x and 5.x send. */
final class PowerJobCaller {
  static final String PASSWORD = "correct horse";

  private final long appId;
  private final String token;

  private PowerJobCaller(long appId, String token) {
    this.appId = appId;
    this.token = token;
  }

  /** A client of 4.x that has authenticated. */
  static PowerJobCaller of4(TestApp app) {
    Json answer = accepted(assertApp(app.name(), PASSWORD));
    return new PowerJobCaller(Long.parseLong(answer.getString("data")), null);
  }

  /** A client of 5.x that has authenticated. */
  static PowerJobCaller of5(TestApp app) {
    Json answer = accepted(authenticate(app.name(), PASSWORD));
    return new PowerJobCaller(
        Long.parseLong(answer.getString("data.appId")), answer.getString("data.token"));
  }

  /** A client of 4.x that sends this number. */
  static PowerJobCaller withNumber(long appId) {
    return new PowerJobCaller(appId, null);
  }

  static Response assertApp(String name, String password) {
    return given()
        .formParam("appName", name)
        .formParam("password", password)
        .post("/openApi/assert");
  }

  static Response authenticate(String name, String password) {
    return given()
        .contentType(ContentType.JSON)
        .body(
            Map.of(
                "appName",
                name,
                "encryptedPassword",
                ClientKey.digest(password),
                "encryptType",
                "md5"))
        .post("/openApi/authApp");
  }

  /** An app that is open with {@link #PASSWORD}. */
  static TestApp openApp() {
    TestApp app = TestApp.create();
    ClientApps.open(app, PASSWORD);
    return app;
  }

  /** The body of the answer to a form from another address of loopback. */
  static String postFrom(String address, String call, String form) throws IOException {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(address, 0));
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), RestAssured.port));
      socket.setSoTimeout(15_000);
      socket
          .getOutputStream()
          .write(
              ("POST /openApi/"
                      + call
                      + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                      + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                      + form.length()
                      + "\r\n\r\n"
                      + form)
                  .getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }
  }

  long appId() {
    return appId;
  }

  PowerJobCaller withToken(String other) {
    return new PowerJobCaller(appId, other);
  }

  String token() {
    return token;
  }

  Response call(String name, Map<String, ?> parameters) {
    RequestSpecification request = given().formParams(parameters).formParam("appId", appId);
    if (token != null) {
      request.header("X-POWERJOB-APP-ID", appId).header("X-POWERJOB-ACCESS-TOKEN", token);
    }
    return request.post("/openApi/" + name);
  }

  /** The data of a call that must be accepted. */
  Json accept(String name, Map<String, ?> parameters) {
    return accepted(call(name, parameters));
  }

  /** The message of a call that must be refused. */
  String refuse(String name, Map<String, ?> parameters) {
    return refused(call(name, parameters));
  }

  static Json accepted(Response response) {
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.header("X-POWERJOB-AUTH-PASSED")).as(response.asString()).isEqualTo("true");
    Json answer = response.as(Json.class);
    assertThat(response.asString()).startsWith("{\"success\":true,\"data\":");
    assertThat(response.asString()).endsWith(",\"message\":null}");
    return answer;
  }

  static String refused(Response response) {
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.contentType()).startsWith("application/json");
    assertThat(response.asString()).startsWith("{\"success\":false,\"data\":null,\"message\":\"");
    return response.as(Json.class).getString("message");
  }
}
