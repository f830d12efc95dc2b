"""Leaders: all of them, and one leader's page."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from timeline import counterparts, roster
from timeline.models import Leader, Post
from timeline.since import since, today
from timeline.site import absolute
from timeline.views.own_timeline import own_timeline

LONGEST_NAME = 100


@require_safe
def leaders(request: HttpRequest) -> HttpResponse:
    """Everyone who appears or holds a post, by country; `q` narrows them to names that hold its words."""
    asked = " ".join(request.GET.get("q", "").split())
    words = asked[:LONGEST_NAME]
    return render(
        request,
        "timeline/leaders.html",
        {"q": words, "is_cut": words != asked, "roster": roster.roster(words, today())},
    )


@require_safe
def leader(request: HttpRequest, slug: str) -> HttpResponse:
    """One leader: posts, counterparts, and a timeline of their own."""
    posts = Prefetch("posts", Post.objects.select_related("country"))
    found = get_object_or_404(Leader.objects.prefetch_related(posts), slug=slug)
    day, path = today(), reverse("leader", args=[slug])
    post = roster.standing_post(found.posts.all(), day)
    gathered = counterparts.of_leader(found)
    return render(
        request,
        "timeline/leader.html",
        {
            "leader": found,
            "country": post.country if post else roster.spoke_for_last(found),
            "post": roster.post_words(post, day),
            "offices": roster.offices(found.posts.all()),
            "since": since(gathered.last, day),
            "counterparts": counterparts.shown(gathered, day, slug=slug, post=post),
            "address": absolute(request, path),
            **own_timeline(request, path, leaders=(slug,)),
        },
    )
