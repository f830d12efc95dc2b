from django.http import Http404


def leaders(request):
    raise Http404


def leader(request, slug):
    raise Http404
