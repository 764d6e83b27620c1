//! Who is asking, and who answers: tower layers that put a credential on each request and pin the server's CA on each connection.
