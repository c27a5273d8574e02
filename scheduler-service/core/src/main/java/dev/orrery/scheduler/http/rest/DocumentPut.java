package dev.orrery.scheduler.http.rest;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** The headers and the query of a {@code PUT} of a document, as a {@code @BeanParam}. */
@RegisterForReflection
public class DocumentPut {
  public static final String DRY_RUN = "dryRun";

  @HeaderParam(HttpHeaders.IF_MATCH)
  String ifMatch;

  @HeaderParam(HttpHeaders.IF_NONE_MATCH)
  String ifNoneMatch;

  /**
   * Reads the query from the URI, because JAX-RS would treat the empty parameter {@code ?dryRun=}
   * as absent, and the PUT would write.
   */
  @Parameter(
      name = DRY_RUN,
      in = ParameterIn.QUERY,
      schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
  @Context
  UriInfo uri;

  public Preconditions preconditions() {
    return new Preconditions(ifMatch, ifNoneMatch);
  }

  /**
   * @throws dev.orrery.scheduler.base.problem.ProblemException {@code INVALID} for a value other
   *     than true and false
   */
  public boolean isDryRun() {
    return isDryRun(uri);
  }

  /** Returns true if a call without preconditions is a dry run. */
  public static boolean isDryRun(UriInfo uri) {
    return QueryParameter.flag(DRY_RUN, uri);
  }

  /**
   * Returns a builder for the response of a PUT: 201 with the path for a creation, otherwise 200.
   */
  public static Response.ResponseBuilder written(boolean created, String path, Object view) {
    Response.ResponseBuilder response =
        created
            ? Response.status(Response.Status.CREATED).header(HttpHeaders.LOCATION, path)
            : Response.ok();
    return response.entity(view);
  }
}
