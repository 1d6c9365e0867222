"""A web application in Python: Flask and Authlib (Debian: python3-flask, python3-authlib, python3-requests).

Needs a client of type WEB with
  redirect URI              http://127.0.0.1:5000/callback
  post-logout redirect URI  http://127.0.0.1:5000/
  back-channel logout URI   http://127.0.0.1:5000/backchannel-logout
Run: flask --app authlib_app run --port 5000, with the settings below in the environment.
"""

import os
import secrets
import time
from urllib.parse import urlencode

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from authlib.jose import JsonWebKey, JsonWebToken
from flask import Flask, redirect, request, session, url_for
from markupsafe import escape

app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]
# Cookies know no ports: two applications on one host need two names.
app.config.update(SESSION_COOKIE_NAME="orders", SESSION_COOKIE_SAMESITE="Lax")

signet = OAuth(app).register(
    "signet",
    server_metadata_url=os.environ["SIGNET_ISSUER"] + "/.well-known/openid-configuration",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    # Signet wants PKCE from everybody, and Authlib sends it when it is told to.
    client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
)

# Who is signed in. Flask's own session is a cookie that anybody can read: tokens do not belong there, and nobody could end
# it from outside. With several processes, keep this in your database.
signed_in = {}


def current():
    return signed_in.get(session.get("id"))


@app.get("/")
def home():
    if not current():
        return '<h1>Orders</h1><a href="/sign-in">Sign in</a>'
    return f'<h1>Orders</h1><p>Signed in as {escape(current()["user"]["name"])}</p><a href="/sign-out">Sign out</a>'


@app.get("/sign-in")
def sign_in():
    return signet.authorize_redirect(url_for("callback", _external=True))


@app.get("/callback")
def callback():
    try:
        token = signet.authorize_access_token()  # checks state, nonce and the id token
    except OAuthError as error:
        return f"<h1>Not signed in</h1><p>{escape(error.description)}</p>", 403
    session["id"] = secrets.token_urlsafe()
    signed_in[session["id"]] = {"user": token["userinfo"], "token": token}
    return redirect("/")


@app.get("/profile")
def profile():
    """Asks Signet with the access token, which lives for five minutes, and with a new one after that."""
    mine = current()
    try:
        if mine and (mine["token"]["expires_at"] < time.time() + 30 or "fresh" in request.args):
            refresh(mine)
        if mine:
            return signet.userinfo(token=mine["token"])
    except (OAuthError, requests.HTTPError):
        signed_in.pop(session.get("id"), None)  # the session has ended at Signet
    return {"error": "not signed in"}, 401


def refresh(mine):
    token = mine["token"]
    renewed = signet.fetch_access_token(grant_type="refresh_token", refresh_token=token["refresh_token"])
    mine["token"] = {**token, **renewed}


@app.get("/sign-out")
def sign_out():
    """Here and, if they confirm it on its page, at Signet and all other services."""
    ended = signed_in.pop(session.pop("id", None), None)
    if not ended:
        return redirect("/")
    parameters = {"id_token_hint": ended["token"]["id_token"], "post_logout_redirect_uri": url_for("home", _external=True)}
    return redirect(signet.load_server_metadata()["end_session_endpoint"] + "?" + urlencode(parameters))


@app.post("/backchannel-logout")
def backchannel_logout():
    """Signet tells that a session has ended (OpenID Connect Back-Channel Logout 1.0 §2.6)."""
    metadata = signet.load_server_metadata()
    keys = JsonWebKey.import_key_set(signet.fetch_jwk_set(force=True))
    options = {
        "iss": {"essential": True, "value": metadata["issuer"]},
        "aud": {"essential": True, "value": signet.client_id},
        "exp": {"essential": True},
        "iat": {"essential": True},
        "jti": {"essential": True},
        "sid": {"essential": True},
    }
    try:
        token = JsonWebToken(["RS256"]).decode(request.form["logout_token"], keys, claims_options=options)
        token.validate(leeway=30)
    except Exception:
        return "", 400
    events = token.get("events", {})
    if token.header.get("typ") != "logout+jwt" or "nonce" in token:
        return "", 400
    if "http://schemas.openid.net/event/backchannel-logout" not in events:
        return "", 400
    for key in [key for key, value in signed_in.items() if value["user"]["sid"] == token["sid"]]:
        del signed_in[key]
    return "", 200, {"Cache-Control": "no-store"}
