/** JSON by the library of the application. */
package dev.orrery.worker.spring.json;
