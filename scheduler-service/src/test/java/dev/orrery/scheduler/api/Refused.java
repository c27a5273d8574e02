package dev.orrery.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Problem;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;

/** An answer that is a problem; what all of them have in common has been checked. */
record Refused(Response response) {

  static Refused with(ErrorCode code, Response response) {
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(code.status());
    assertThat(response.contentType()).isEqualTo(Problem.MEDIA_TYPE);
    JsonPath problem = response.jsonPath();
    assertThat(problem.getString("code")).isEqualTo(code.name());
    assertThat(problem.getInt("status")).isEqualTo(code.status());
    assertThat(problem.getString("type")).isEqualTo("about:blank");
    assertThat(problem.getString("title")).isNotBlank();
    assertThat(problem.getString("detail")).isNotBlank();
    return new Refused(response);
  }

  Refused at(String field) {
    assertThat(response.jsonPath().getString("field")).isEqualTo(field);
    return this;
  }

  Refused saying(String... parts) {
    assertThat(response.jsonPath().getString("detail")).contains(parts);
    return this;
  }
}
